import { banner } from './local/banner.ts'
import { demoKey } from './local/demo.ts'
import { describeError, watchLifecycle } from './local/lifecycle.ts'
import { StartProblem } from './local/problem.ts'
import { startService } from './local/service.ts'
import { readSettings } from './settings/read-settings.ts'

// files written here are readable by their owner alone, also in a shared folder
process.umask(0o077)

const usage = `npm start
Runs a demonstration on this machine, with a node and a key to try. It takes no options: its settings come from the
environment and keval.toml (README.md, docs/DEPLOY.md).`

// npm start: a demonstration with a key to try; `npm run serve` runs the service for others.
const lifecycle = watchLifecycle({ endsWithParent: true })

async function start(): Promise<void> {
  const startedAt = performance.now()
  const [option] = process.argv.slice(2)
  if (option === '--help' || option === '-h') {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  if (option !== undefined)
    throw new StartProblem('npm start takes no options: its settings are in README.md and docs/DEPLOY.md.')
  const settings = readSettings(process.env, 'demonstration', process.cwd())
  const service = await startService(settings, 'demonstration', lifecycle)
  const key = await demoKey(service.gateway, service.adminSecret)
  const seconds = (performance.now() - startedAt) / 1000
  process.stdout.write(await banner({ ...service, key, seconds }))
}

start().catch((error: unknown) => lifecycle.stop(1, describeError(error)))
