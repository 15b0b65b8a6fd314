import { env, waitUntil } from 'cloudflare:workers'
import { controlDatabase } from '../../platform/control-database.ts'
import { logUnexpected } from '../../platform/unexpected.ts'
import { BreakerLog } from '../registry/breaker-log.ts'
import { NodePool } from './pool.ts'

const now = () => Date.now()

/** One pool for all tenant objects of an isolate, so that they share what they know of nodes. It holds numbers only. */
export const sharedPool = new NodePool({
  now,
  random: () => Math.random(),
  sleep: (milliseconds) => scheduler.wait(milliseconds),
  onBreakerChange: (nodeId, until) => waitUntil(recordBreakerState(nodeId, until)),
})

/** For the operator's view alone: no call waits for it or fails with it. */
async function recordBreakerState(nodeId: string, until: number | null): Promise<void> {
  try {
    const log = new BreakerLog(controlDatabase((env as { DB: D1Database }).DB), now)
    await (until === null ? log.close(nodeId) : log.open(nodeId, until))
  } catch (error) {
    logUnexpected(error, { work: 'breaker log' })
  }
}
