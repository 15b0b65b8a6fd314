import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartProblem } from '../local/problem.ts'

const maxWaitMs = 10_000

/** Runs `work` while a process is stopped, and lets it go on in any case. Linux only: nothing else tells when it stands. */
export async function withPausedProcess<T>(pid: number, work: () => T): Promise<T> {
  process.kill(pid, 'SIGSTOP')
  try {
    const deadline = performance.now() + maxWaitMs
    while (!isStopped(pid)) {
      if (performance.now() > deadline)
        throw new StartProblem(`The runtime (process ${pid}) did not pause within ${maxWaitMs / 1000} s.`)
      await sleep(1)
    }
    return work()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

/** Returns whether every thread stands; one may still be inside a write when the signal has been sent. */
const isStopped = (pid: number): boolean =>
  readdirSync(`/proc/${pid}/task`).every((thread) => {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
      // the name in brackets may hold spaces; the state follows it
      return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')
    } catch {
      return true // the thread has ended
    }
  })
