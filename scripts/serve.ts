import { parseArgs } from 'node:util'
import { demoKey } from './local/demo.ts'
import { describeError, watchLifecycle } from './local/lifecycle.ts'
import { StartProblem } from './local/problem.ts'
import { startService } from './local/service.ts'
import { readSettings } from './settings/read-settings.ts'

process.umask(0o077)

// npm run serve: the service for others, behind a reverse proxy. No demo tenant and no printed key unless asked.
const hasLauncher =
  process.env.npm_lifecycle_event !== undefined || process.env.KEVAL_LAUNCHER_PID === String(process.ppid)
const lifecycle = watchLifecycle({ endsWithParent: hasLauncher })

const usage = `npm run serve -- [--demo]
Runs the service for others, behind a reverse proxy. Settings come from the environment and keval.toml (docs/DEPLOY.md).
--demo makes a tenant to try the service with, and prints its key.`

async function serve(): Promise<void> {
  const { demo, help } = parseOptions()
  if (help) {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  const settings = readSettings(process.env, 'production', process.cwd())
  const { gateway, nodes, mail, secretsFile, adminSecret, metrics } = await startService(
    settings,
    'production',
    lifecycle,
  )
  const lines = [
    `keval-edge serves ${settings.PUBLIC_URL}`,
    `  gateway   ${gateway}`,
    `  nodes     ${nodes}`,
    `  mail      ${mail}`,
    ...(metrics === null ? [] : [`  metrics   ${metrics}/metrics, ${metrics}/status`]),
    `  secrets   ${secretsFile}`,
    ...(demo ? [`  demo key  ${await demoKey(gateway, adminSecret)}`] : []),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function parseOptions(): { demo: boolean; help: boolean } {
  try {
    return parseArgs({
      options: {
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new StartProblem(`${(error as Error).message} The one option is --demo.`)
  }
}

serve().catch((error: unknown) => lifecycle.stop(1, describeError(error)))
