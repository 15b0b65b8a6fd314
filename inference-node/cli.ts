import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import type { Command } from './cli/command-line.ts'

/** Commands by name; each is loaded when it is called for. */
const commands: Record<string, () => Promise<Command>> = {
  serve: async () => (await import('./cli/serve-command.ts')).serveCommand,
  pull: async () => (await import('./cli/pull-command.ts')).pullCommand,
  convert: async () => (await import('./cli/convert-command.ts')).convertCommand,
  inspect: async () => (await import('./cli/inspect-command.ts')).inspectCommand,
  certify: async () => (await import('./cli/certify-command.ts')).certifyCommand,
  tune: async () => (await import('./cli/tune-command.ts')).tuneCommand,
  doctor: async () => (await import('./cli/doctor-command.ts')).doctorCommand,
  devices: async () => (await import('./cli/devices-command.ts')).devicesCommand,
}

/** The launcher (bin/on-own-node.mjs) may be killed: this process then ends as by a signal of its own. */
const launcher = Number(process.env.KEVAL_LAUNCHER_PID)
delete process.env.KEVAL_LAUNCHER_PID // child processes of this one must not take it for their launcher
if (launcher === process.ppid) {
  const watch = setInterval(() => {
    if (process.ppid === launcher) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}

const [name = '--help', ...args] = process.argv.slice(2)
const load = commands[name]
// A server runs for months: its new objects get 2 MB and not 32, so that what an answer leaves behind is collected
// soon and memory stays flat. Before anything is loaded, for what the space has grown to by then it keeps.
if (name === 'serve') setFlagsFromString('--semi-space-growth-factor=1')
if (load) process.exitCode = await (await load()).run(args)
else if (name === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  console.log(`keval-node ${version}`)
} else {
  const list = Object.keys(commands).join(', ')
  console.error(`keval-node <command> [options]; the commands are ${list}. <command> --help tells more.`)
  process.exitCode = name === '--help' || name === '-h' ? 0 : 2
}
