import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const commandFile = join(import.meta.dirname, '../../bin/keval.mjs')

export interface Ended {
  code: number | null
  out: string
  err: string
}

export interface StartedCommand {
  child: ChildProcess
  shown: { out: string; err: string }
  ended: Promise<Ended>
}

/** Starts `keval`, or another program, with nothing of this environment but PATH. Null leaves the input open. */
export function startCommand(
  args: string[],
  environment: Record<string, string> = {},
  input: string | null = '',
  [program, ...before]: string[] = [process.execPath, commandFile],
): StartedCommand {
  const child = spawn(program!, [...before, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const shown = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => (shown.out += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (shown.err += text))
  // a command that ends without reading its input closes the pipe
  child.stdin.on('error', () => undefined)
  if (input !== null) child.stdin.end(input)
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...shown })))
  return { child, shown, ended }
}
