import { Hono } from 'hono'
import { copyForwarding } from '../../http/client-address.ts'
import type { GatewayContext } from '../../http/context.ts'
import type { PublicApi } from '../api.ts'
import type { ConsoleContext, ConsoleEnv } from '../view.ts'
import type { Role } from './roles.ts'
import { isSameOrigin, knowsToken } from './same-origin.ts'
import { credentialHeaders } from './session.ts'

const prefix = '/console/api'
/** Headers of the page's request that mean something to the API. Cookies are not among them. */
const passedOn = [
  'content-type',
  'content-length',
  'accept',
  'accept-language',
  'idempotency-key',
  'cache-control',
  'content-encoding',
]

/**
 * `/console/api/v1/…` is the public API for scripts on a page: the session's cookie becomes the Authorization
 * header, so that no script ever holds the key. Streams pass through as they come.
 */
export function forwardRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>().all(`${prefix}/*`, async (c) => {
    const path = c.req.path.slice(prefix.length)
    const session = c.get('view').sessions[roleFor(path)]
    const safe = c.req.method === 'GET'
    const isNavigation = safe && c.req.header('accept')?.includes('text/html') === true
    if (session === null && isNavigation) return c.redirect(signInPath(c), 303)
    if (session === null) return c.json({ code: 'session_over' }, 401)
    // an address that was typed or pasted comes from no page, and only reads
    const isTyped = isNavigation && c.req.header('sec-fetch-site') === 'none'
    const trusted =
      (isTyped || isSameOrigin(c)) && (safe || (await knowsToken(session, c.req.header('x-csrf-token'))))
    if (!trusted) return c.json({ code: 'refused' }, 403)

    const headers = new Headers({
      ...credentialHeaders(c, session),
      'x-request-id': c.get('requestId'),
    })
    for (const name of passedOn) {
      const value = c.req.header(name)
      if (value !== undefined) headers.set(name, value)
    }
    copyForwarding(c as unknown as GatewayContext, headers)
    const url = new URL(c.req.url)
    const request = new Request(new URL(path + url.search, url), {
      method: c.req.method,
      headers,
      body: safe ? null : c.req.raw.body,
      signal: c.req.raw.signal,
    })
    return api.fetch(request, c.env, c.executionCtx)
  })
}

const signInPath = (c: ConsoleContext) =>
  `/sign-in?next=${encodeURIComponent(c.req.path + new URL(c.req.url).search)}`

function roleFor(path: string): Role {
  if (path.startsWith('/admin/')) return 'operator'
  return path.startsWith('/v1/applications') ? 'applicant' : 'tenant'
}
