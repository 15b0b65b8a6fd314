import type { Failure } from '../../schema/api/errors.ts'

const longestDelaySeconds = 300

/**
 * Delays that grow while nothing `moved`, with a part left to chance so that many messages do not come back at
 * once. Where the gateway itself knows when a node is tried again, they do not grow far beyond that.
 */
export function retryWithBackoff(message: Message<unknown>, failure: Failure | null, moved = false): void {
  const least = failure?.retryAfter ?? 0
  const known = failure?.code === 'no_node_available' && failure.source === 'gateway' && least > 0
  const most = known ? 2 * least : longestDelaySeconds
  const backoff = 2 ** (moved ? 1 : Math.min(message.attempts, 6)) * (0.5 + Math.random() / 2)
  const delaySeconds = Math.ceil(Math.min(longestDelaySeconds, Math.max(least, Math.min(most, backoff))))
  message.retry({ delaySeconds })
}
