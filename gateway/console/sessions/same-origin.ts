import { publicOrigin } from '../../http/public-origin.ts'
import { timingSafeEqual } from '../../platform/timing-safe-equal.ts'
import type { ConsoleContext } from '../view.ts'
import type { Session } from './roles.ts'

/**
 * Returns whether a request comes from one of our own pages. Browsers say so in Sec-Fetch-Site, which no script can set;
 * older ones send Origin, which is compared with the address of the service: behind a TLS proxy the request itself
 * arrives under another one. A request with neither is not a browser's and has no business with a session.
 */
export function isSameOrigin(c: ConsoleContext): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = c.req.header('origin')
  return origin !== undefined && (origin === publicOrigin(c) || origin === new URL(c.req.url).origin)
}

/** The second check: the token that the session's own pages carry, in a hidden field or a header. */
export function knowsToken(session: Session, given: unknown): Promise<boolean> {
  return timingSafeEqual(session.csrf, typeof given === 'string' ? given : '')
}
