const baseMs = 500
const maxBackoffMs = 60_000

/** Reads a `Retry-After` header, in seconds or as a date, in milliseconds; null where there is none. */
export function parseRetryAfter(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/**
 * The delay before another attempt: what the server asked for plus jitter, so that clients do not return together, or
 * exponential backoff with full jitter.
 */
export function toRetryDelay(attempt: number, retryAfterMs: number | null, random = Math.random): number {
  if (retryAfterMs !== null) return retryAfterMs + random() * Math.min(1000, 100 + retryAfterMs * 0.1)
  return random() * Math.min(maxBackoffMs, baseMs * 2 ** attempt) + 50
}
