import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { askForSnapshot } from '../local/control.ts'
import { describeError } from '../local/lifecycle.ts'
import { StartProblem } from '../local/problem.ts'
import { answers, claimState, readOwner } from '../local/state-folder.ts'
import { readSettings } from '../settings/read-settings.ts'
import { backUp, snapshotIdleState } from './back-up.ts'
import { chooseEncryption, toOpening } from './encryption.ts'
import { restore } from './restore.ts'

process.umask(0o077)

const usage = `Usage:
  npm run backup -- FILE [--encrypt | --recipient age1…]
  npm run restore -- FILE [--identity FILE]
The state folder is KEVAL_STATE. --encrypt takes the passphrase in KEVAL_BACKUP_PASSPHRASE.`

async function run(): Promise<void> {
  const { command, file, encrypt, recipient, identity } = parseOptions()
  const settings = readSettings(process.env, 'demonstration', process.cwd())
  const state = resolve(settings.STATE ?? join(import.meta.dirname, '../../.keval'))
  const passphrase = process.env.KEVAL_BACKUP_PASSPHRASE || undefined
  if (command === 'restore') {
    const { created, version, files } = await restore(file, state, toOpening(passphrase, identity))
    console.log(`Restored ${files.length} files of ${created} (version ${version}) to ${state}.`)
    return
  }
  if (existsSync(file)) throw new StartProblem(`${file} exists already: choose another name.`)
  if (!existsSync(state)) throw new StartProblem(`There is no state folder ${state}.`)
  const encryption = chooseEncryption({ encrypt, recipient, passphrase })
  const known = readOwner(state)?.control
  const control = known !== undefined && (await answers(known.port)) ? known : undefined
  if (control === undefined) await claimState(state)
  const snapshot = control === undefined ? snapshotIdleState : () => askForSnapshot(control)
  const { sha256, pausedMs } = await backUp(state, file, { snapshot, encryption })
  console.log(`${sha256}  ${file}`)
  if (control !== undefined) console.error(`The gateway stood still for ${Math.ceil(pausedMs)} ms.`)
}

function parseOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        encrypt: { type: 'boolean', default: false },
        recipient: { type: 'string' },
        identity: { type: 'string' },
      },
    })
    const [command, file, ...rest] = positionals
    if ((command === 'backup' || command === 'restore') && file !== undefined && rest.length === 0)
      return { command, file: resolve(file), ...values }
    throw new Error('A command and one file are needed.')
  } catch (error) {
    throw new StartProblem(`${(error as Error).message}\n${usage}`)
  }
}

run().catch((error: unknown) => {
  console.error(describeError(error))
  process.exit(1)
})
