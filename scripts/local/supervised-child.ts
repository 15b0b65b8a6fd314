import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child.ts'

interface Options {
  start(): Child
  /** Called at each end with the last line of its errors, the wait before the next start, and the count so far. */
  onRestart(end: { reason: string; waitMs: number; count: number }): void
  firstWaitMs?: number
}

const defaultFirstWaitMs = 1_000
const maxWaitMs = 60_000
/** A process that ran this long begins with the shortest wait again. */
const steadyMs = 60_000

export interface SupervisedChild {
  readonly restarts: number
  /** The pid of the process that runs now. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

/** Keeps a process running: whenever it ends, it is started again after a wait that doubles up to a minute. */
export function supervise({ start, onRestart, firstWaitMs = defaultFirstWaitMs }: Options): SupervisedChild {
  const stopped = new AbortController()
  let child = start()
  let restarts = 0
  const run = async () => {
    let waitMs = firstWaitMs
    for (;;) {
      const startedAt = performance.now()
      const code = await child.ended
      if (stopped.signal.aborted) return
      if (performance.now() - startedAt >= steadyMs) waitMs = firstWaitMs
      const reason = child.lastErrors.at(-1) ?? `ended with ${code}`
      onRestart({ reason, waitMs, count: ++restarts })
      await sleep(waitMs, undefined, { signal: stopped.signal }).catch(() => undefined)
      if (stopped.signal.aborted) return
      waitMs = Math.min(waitMs * 2, maxWaitMs)
      child = start()
    }
  }
  const running = run()
  return {
    get restarts() {
      return restarts
    },
    get pid() {
      return child.pid
    },
    stop: async () => {
      stopped.abort()
      await child.stop()
      await running
    },
  }
}
