import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child.ts'
import { StartProblem } from './problem.ts'

/** Waits until a URL answers 200; a child that ends meanwhile ends the wait with its last error line. */
export async function waitFor(url: string, child?: Child, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs
  let ended = false
  child?.ended.then(() => {
    ended = true
  })
  while (Date.now() < deadline) {
    if (ended)
      throw new StartProblem(child?.lastErrors.at(-1) ?? 'The inference node ended before it was ready.')
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
      await response.body?.cancel()
      if (response.ok) return
    } catch {
      // not listening yet
    }
    await sleep(50)
  }
  throw new StartProblem(`${url} did not answer within ${limitMs / 1000} s.`)
}
