import { createMiddleware } from 'hono/factory'
import type { GatewayContext, GatewayEnv } from './context.ts'
import { ServerTiming } from './server-timing.ts'

const acceptable = /^[A-Za-z0-9._-]{8,64}$/

/** The id of a request: the client's own where it has a harmless form, else a new one. */
export const toRequestId = (given: string | null | undefined): string =>
  given != null && acceptable.test(given) ? given : crypto.randomUUID()

/** Gives every request an id and answers with it. */
export const requestId = createMiddleware<GatewayEnv>(async (c, next) => {
  const id = toRequestId(c.req.header('x-request-id'))
  c.set('requestId', id)
  c.set('timing', new ServerTiming())
  await next()
  const headers = changeableHeaders(c)
  headers.set('x-request-id', id)
  const timing = c.get('timing').header()
  if (timing !== '') headers.set('server-timing', timing)
})

/** `c.header` copies a finished response for every header; only those that came from elsewhere need a copy, once. */
function changeableHeaders(c: GatewayContext): Headers {
  try {
    c.res.headers.delete('server-timing')
  } catch {
    c.res = new Response(c.res.body, c.res)
  }
  return c.res.headers
}
