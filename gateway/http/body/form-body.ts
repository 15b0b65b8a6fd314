import { createMiddleware } from 'hono/factory'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import type { GatewayEnv } from '../context.ts'
import { decodeText, refusePercentEncoded } from './decode-text.ts'

const timeLimits = { totalMs: 30_000, pauseMs: 10_000 }

/** Reads a form of the console within its bound, and leaves it for `parseBody` once its text is known to be UTF-8. */
export const formBody = (maxBytes: number) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const incoming = c.get('incoming')
    incoming.open({ maxBytes, ...timeLimits })
    const bytes = await incoming.bytes()
    const text = decodeText(bytes)
    if (/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) {
      refusePercentEncoded(text, 'body')
    }
    // Hono's cache of a read body, from which parseBody makes the form; it holds promises
    const cache: { arrayBuffer?: unknown } = c.req.bodyCache
    cache.arrayBuffer = Promise.resolve(bytes.slice().buffer)
    // a form that cannot be read is the sender's fault; the handlers get the form that is parsed here
    await c.req.parseBody().catch(() => {
      throw new FailureError({ code: 'incomplete_body', ...reason('incomplete_body'), source: 'gateway' })
    })
    await next()
  })
