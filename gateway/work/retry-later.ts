import type { Failure } from '../../schema/api/errors.ts'

const longestDelaySeconds = 300

/** Growing delays, with a part left to chance so that many messages do not come back at once. */
export function later(message: Message<unknown>, failure: Failure | null): void {
  const backoff = 2 ** Math.min(message.attempts, 6) * (0.5 + Math.random() / 2)
  const delaySeconds = Math.ceil(Math.min(longestDelaySeconds, Math.max(backoff, failure?.retryAfter ?? 0)))
  message.retry({ delaySeconds })
}
