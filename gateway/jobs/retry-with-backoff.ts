import type { Failure } from '../../schema/api/errors.ts'
import type { Work } from './work.ts'

const maxDelaySeconds = 300

/**
 * Sends a chunk once more, later. Delays grow while nothing progresses, with a random part so that many messages
 * do not all retry at once. The delay follows the gateway's own retry time of a node where there is one.
 */
export async function retryWithBackoff(
  queue: Queue<Work>,
  work: Work,
  failure: Failure | null,
  progressed = false,
): Promise<void> {
  const retries = progressed ? 1 : work.retries + 1
  const { failure: _, ...chunk } = work
  const body: Work = { ...chunk, retries, ...(failure !== null && { failure: failure.code }) }
  await queue.send(body, { contentType: 'json', delaySeconds: delaySeconds(retries, failure) })
}

function delaySeconds(retries: number, failure: Failure | null): number {
  const least = failure?.retryAfter ?? 0
  const isKnown = failure?.code === 'no_node_available' && failure.source === 'gateway' && least > 0
  const most = isKnown ? 2 * least : maxDelaySeconds
  const backoff = 2 ** Math.min(retries, 6) * (0.5 + Math.random() / 2)
  return Math.ceil(Math.min(maxDelaySeconds, Math.max(least, Math.min(most, backoff))))
}
