import { readFileSync } from 'node:fs'

// keval-edge COMMAND: what an operator does with a gateway, in one command line.
interface OperatorCommand {
  usage: string
  summary: string
  /** Runs with the arguments behind the command's name in `process.argv`. */
  run: () => Promise<unknown>
}

const commands: Record<string, OperatorCommand> = {
  start: {
    usage: 'keval-edge start',
    summary: 'Runs a demonstration on this machine, with a node and a key to try.',
    run: () => import('./start.ts'),
  },
  serve: {
    usage: 'keval-edge serve [--demo]',
    summary: 'Runs the service for others. Settings come from the environment and keval.toml.',
    run: () => import('./serve.ts'),
  },
  build: {
    usage: 'keval-edge build',
    summary: 'Builds the gateway, so that the next start does not have to.',
    run: () => import('./build.ts'),
  },
  backup: {
    usage: 'keval-edge backup FILE [--encrypt | --recipient age1…]',
    summary: 'Writes a backup of the state folder, while the gateway runs or not.',
    run: () => runBackupCommand('backup'),
  },
  restore: {
    usage: 'keval-edge restore FILE [--identity FILE]',
    summary: 'Restores a backup into an empty state folder.',
    run: () => runBackupCommand('restore'),
  },
  tenant: {
    usage:
      'keval-edge tenant export TENANT FILE [--encrypt | --recipient age1…]\n  keval-edge tenant import FILE [--keys keep|revoke] [--identity FILE]',
    summary: 'Moves one tenant from a gateway to another, by their APIs (KEVAL_URL, ADMIN_SECRET).',
    run: () => import('./tenant/cli.ts'),
  },
  bounce: {
    usage: 'keval-edge bounce < MESSAGE',
    summary: 'Notes a mail that came back: the mail server pipes what arrives at SMTP_RETURN_PATH into it.',
    run: () => import('./bounce/cli.ts'),
  },
  deploy: {
    usage: 'keval-edge deploy --env staging|production [--dry-run] [--secrets FILE]',
    summary: 'Brings an environment on Cloudflare to this version (docs/DEPLOY.md).',
    run: () => import('./deploy/cli.ts'),
  },
}

const [name = '--help', ...args] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) ? commands[name] : undefined
if (command !== undefined) {
  if (args.includes('--help') || args.includes('-h')) console.log(`${command.usage}\n${command.summary}`)
  else {
    process.argv.splice(2, 1)
    await command.run()
  }
} else if (name === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  console.log(`keval-edge ${version}`)
} else {
  const isHelp = name === '--help' || name === '-h'
  const lines = Object.values(commands).map(({ usage, summary }) => `  ${usage}\n      ${summary}`)
  const text = `Usage:\n${lines.join('\n')}\nThe settings are described in docs/DEPLOY.md.`
  if (isHelp) console.log(text)
  else console.error(`There is no command "${name}".\n${text}`)
  process.exitCode = isHelp ? 0 : 2
}

/** These two share one command line, which names them itself. */
function runBackupCommand(which: 'backup' | 'restore'): Promise<unknown> {
  process.argv.splice(2, 0, which)
  return import('./backup/cli.ts')
}
