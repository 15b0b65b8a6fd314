import { buffer } from 'node:stream/consumers'
import { exitCodes, Interrupted } from './cli-context.ts'
import { confirm } from './confirm.ts'
import { readSecret } from './read-secret.ts'
import { runCli } from './run-command.ts'

const leaving = new AbortController()
// a launcher that is killed can hand no signal on
const launcher = Number(process.env.KEVAL_LAUNCHER_PID)
delete process.env.KEVAL_LAUNCHER_PID
if (launcher === process.ppid) {
  setInterval(() => {
    if (process.ppid !== launcher) process.exit(exitCodes.terminated)
  }, 250).unref()
}
for (const [signal, code] of [
  ['SIGINT', exitCodes.interrupted],
  ['SIGTERM', exitCodes.terminated],
] as const) {
  process.on(signal, () => {
    leaving.abort(new Interrupted(code))
    // whatever does not listen to the abort may not keep the process
    setTimeout(() => process.exit(code), 2000).unref()
    if (process.stdin.isTTY) process.stdin.pause()
  })
}
// failed writes are reported to their writer; nothing can be reported once the error output is closed
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  out: (text) =>
    new Promise((resolve, reject) =>
      process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
    ),
  err: (text) => void process.stderr.write(text),
  columns: process.stderr.isTTY ? (process.stderr.columns ?? 80) : null,
  outIsTerminal: process.stdout.isTTY === true,
  inputIsTerminal: process.stdin.isTTY === true,
  readInput: () => abortable(buffer(process.stdin)),
  readSecret: (prompt) => readSecret(prompt, process.stdin, process.stderr, leaving.signal),
  confirm: (question) => confirm(question, process.stdin, process.stderr, leaving.signal),
  signal: leaving.signal,
})
if (leaving.signal.aborted) process.exit()

function abortable<T>(promise: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    leaving.signal.addEventListener('abort', () => reject(leaving.signal.reason), { once: true })
  })
  return Promise.race([promise, aborted])
}
