import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { LogFile } from './log-file.ts'

export interface Child {
  readonly pid: number | undefined
  /** Settles with the exit code, or the name of the signal, when the process has ended. */
  ended: Promise<number | NodeJS.Signals>
  /** The last lines it wrote to stderr. */
  lastErrors: string[]
  stop(): Promise<void>
}

const stopTimeoutMs = 8_000

/**
 * Runs a command in a process group of its own: a Ctrl-C in the terminal then reaches only the starter,
 * which stops its children in order, and stopping a child stops all that it started. Its output goes to the log,
 * where there is one.
 */
export function startChild(args: string[], env: NodeJS.ProcessEnv, log?: LogFile): Child {
  const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const lastErrors: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => log?.write(line))
  createInterface({ input: child.stderr }).on('line', (line) => {
    log?.write(line)
    if (line.trim() !== '') lastErrors.push(line.trim())
    if (lastErrors.length > 20) lastErrors.shift()
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code, signal) => {
      log?.close()
      resolve(code ?? signal ?? 1)
    })
  })
  return { pid: child.pid, ended, lastErrors, stop: () => stopGroup(child, ended) }
}

async function stopGroup(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), stopTimeoutMs)
  await ended
  clearTimeout(timer)
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
