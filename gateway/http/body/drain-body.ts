import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from '../context.ts'
import { refusePercentEncoded } from './decode-text.ts'
import { IncomingBody } from './incoming-body.ts'

/**
 * Answers only after the whole body has arrived: the runtime closes a connection whose body was not read to its end,
 * and a client that is still sending then sees a broken connection in place of the reason.
 */
export const drainBody = createMiddleware<GatewayEnv>(async (c, next) => {
  const query = c.req.url.indexOf('?')
  if (query !== -1) refusePercentEncoded(c.req.url.slice(query), 'query')
  const incoming = IncomingBody.of(c.req.raw)
  c.set('incoming', incoming)
  await next()
  // a client that has disconnected by now needs no answer
  await incoming.drain().catch(() => {})
})
