import { env, waitUntil } from 'cloudflare:workers'
import { controlDatabase } from '../../platform/control-database.ts'
import { logUnexpected } from '../../platform/unexpected.ts'
import { NodeRests } from '../registry/breaker-log.ts'
import { NodePool } from './pool.ts'

const now = () => Date.now()

/** One pool for all tenant objects of an isolate: they learn from each other's calls. It holds numbers only. */
export const sharedPool = new NodePool({
  now,
  random: () => Math.random(),
  sleep: (milliseconds) => scheduler.wait(milliseconds),
  onRest: (nodeId, until) => waitUntil(writeDown(nodeId, until)),
})

/** No call waits for it or fails with it. */
async function writeDown(nodeId: string, until: number | null): Promise<void> {
  try {
    const rests = new NodeRests(controlDatabase((env as { DB: D1Database }).DB), now)
    await (until === null ? rests.end(nodeId) : rests.begin(nodeId, until))
  } catch (error) {
    logUnexpected(error, { work: 'node rests' })
  }
}
