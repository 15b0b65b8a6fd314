import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Result, Work } from './work.ts'

/** Time after which a process that has not ended is killed. */
const stopMs = 5_000

/** A subject in a process of its own, asked for one work at a time. */
export class SubjectProcess {
  readonly name: string
  readonly #child: ChildProcess

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.#child = child
  }

  /** Starts `file` with its arguments and waits until it has loaded its model. */
  static start(name: string, file: string, args: string[]): Promise<SubjectProcess> {
    const child = fork(join(import.meta.dirname, file), args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    return new Promise((resolve, reject) => {
      child.once('message', () => resolve(new SubjectProcess(name, child)))
      child.once('exit', (code) => reject(new Error(`${name} ended with ${code} while loading`)))
    })
  }

  /** Null when the subject cannot do this work. */
  run(work: Work): Promise<Result | null> {
    return new Promise((resolve) => {
      const give = (result: Result | null, why = '') => {
        this.#child.off('message', onReply).off('exit', onExit)
        if (!result) console.error(`${this.name} did not do ${work.kind}: ${why}`)
        resolve(result)
      }
      const onReply = (reply: Result | { error: string }) =>
        'error' in reply ? give(null, reply.error) : give(reply)
      const onExit = () => give(null, 'it ended')
      if (!this.#child.connected) return give(null, 'it ended')
      this.#child.on('message', onReply).on('exit', onExit)
      this.#child.send(work)
    })
  }

  /** Ends the process, which ends what it started; resolves when it is gone and its memory is free. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopMs)
    await ended
    clearTimeout(timer)
  }
}

export const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

/** `12.3 (10.1 to 14.0)`: the median and the spread of some rounds. */
export function formatSpread(values: number[]): string {
  if (values.length === 0) return '–'
  const digits = median(values) < 10 ? 2 : 1
  const shown = (value: number) => value.toFixed(digits)
  return `${shown(median(values))} (${shown(Math.min(...values))} to ${shown(Math.max(...values))})`
}

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
