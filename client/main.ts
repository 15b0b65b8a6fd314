import { text } from 'node:stream/consumers'
import { run } from './command/run.ts'

const leaving = new AbortController()
process.on('SIGINT', () => leaving.abort())

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  out: (part) => process.stdout.write(part),
  err: (part) => process.stderr.write(part),
  columns: process.stderr.isTTY ? (process.stderr.columns ?? 80) : null,
  // a person ends the line, not the input
  readInput: () => (process.stdin.isTTY ? firstLine() : text(process.stdin)),
  signal: leaving.signal,
})

function firstLine(): Promise<string> {
  return new Promise((resolve) => {
    process.stdin.setEncoding('utf8').once('data', (line) => {
      process.stdin.pause()
      resolve(String(line))
    })
    process.stdin.once('end', () => resolve(''))
  })
}
