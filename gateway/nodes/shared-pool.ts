import { NodePool } from './pool.ts'

/** One pool for all tenant objects of an isolate: they learn from each other's calls. It holds numbers only. */
export const sharedPool = new NodePool({
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds) => scheduler.wait(milliseconds),
})
