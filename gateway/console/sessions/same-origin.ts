import { timingSafeEqual } from '../../platform/timing-safe-equal.ts'
import type { ConsoleContext } from '../view.ts'
import type { Session } from './session.ts'

/**
 * Whether a changing request comes from one of our own pages. Browsers say so in Sec-Fetch-Site or at least in
 * Origin; a request with neither is not a browser's and has no business with a session.
 */
export function fromOwnPage(c: ConsoleContext): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin') return false
  const origin = c.req.header('origin')
  if (origin !== undefined) return origin === new URL(c.req.url).origin
  return site === 'same-origin'
}

/** The second lock: the token that the session's own pages carry, in a hidden field or a header. */
export function knowsToken(session: Session, given: unknown): Promise<boolean> {
  return timingSafeEqual(session.csrf, typeof given === 'string' ? given : '')
}
