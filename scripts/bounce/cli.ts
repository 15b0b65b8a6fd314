import { join, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describeError } from '../local/lifecycle.ts'
import { StartProblem } from '../local/problem.ts'
import { localSecrets } from '../local/secrets.ts'
import { readOwner } from '../local/state-folder.ts'
import { readSettings } from '../settings/read-settings.ts'
import { parseBounce } from './parse-bounce.ts'

// keval-edge bounce < MESSAGE: the mail server pipes what comes to the return path into this.

/** For the mail server: try again later (EX_TEMPFAIL). */
const tryLater = 75
const timeoutMs = 15_000

async function run(): Promise<void> {
  if (process.argv.length > 2)
    throw new StartProblem('keval-edge bounce takes no arguments: the message comes on stdin.')
  const mail = await parseBounce(await buffer(process.stdin))
  if (mail === null) return console.error('This is no report of a mail that did not arrive: ignored.')
  const settings = readSettings(process.env, 'demonstration', process.cwd())
  const state = resolve(settings.STATE ?? join(import.meta.dirname, '../../.keval'))
  const use = readOwner(state)
  if (use === null) throw new StartProblem(`No gateway runs on ${state}.`)
  const adminSecret = settings.ADMIN_SECRET ?? localSecrets(state).secrets.admin
  const response = await fetch(`http://127.0.0.1:${use.port}/admin/v1/mails/${mail}/bounce`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminSecret}` },
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (response.status === 404) return console.error(`There is no mail ${mail}: ignored.`)
  if (!response.ok) throw new StartProblem(`The gateway answered ${response.status}.`)
  console.error(`The mail ${mail} did not arrive: noted.`)
}

run().catch((error) => {
  console.error(describeError(error))
  process.exitCode = tryLater
})
