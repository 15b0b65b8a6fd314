import { setTimeout as sleep } from 'node:timers/promises'
import { StartProblem } from './problem.ts'

/** Waits until a URL answers 200. */
export async function waitFor(url: string, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs
  while (Date.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
      await response.body?.cancel()
      if (response.ok) return
    } catch {
      // not listening yet
    }
    await sleep(20)
  }
  throw new StartProblem(`${url} did not answer within ${limitMs / 1000} s.`)
}
