import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Identity } from '../auth/identity.ts'
import { IncomingBody } from './body/incoming-body.ts'
import type { GatewayContext, GatewayEnv } from './context.ts'
import type { LogFields } from './log-fields.ts'
import { toRequestId } from './request-id.ts'
import type { RequestLog } from './request-log.ts'
import { ServerTiming } from './server-timing.ts'
import { parseTrace } from './trace.ts'

/**
 * Begins and ends every request: its id, its trace, the rest of its body, its log line and the headers of every
 * answer. It is one layer because each layer costs a request an asynchronous call.
 */
export const requestFrame = (log: RequestLog) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const startedAt = Date.now()
    const requestId = toRequestId(c.req.header('x-request-id'))
    const incoming = IncomingBody.of(c.req.raw)
    const fields: LogFields = {}
    c.set('requestId', requestId)
    c.set('timing', new ServerTiming())
    c.set('logFields', fields)
    c.set('trace', parseTrace(c.req.header('traceparent')))
    c.set('incoming', incoming)
    await next()
    if (!incoming.hasEnded) await drain(incoming)
    if (c.req.method === 'HEAD' && c.res.body !== null) await dropBody(c)
    if (fields.finished === undefined) addLogLine(c, log, startedAt)
    else c.executionCtx.waitUntil(fields.finished.then(() => addLogLine(c, log, startedAt)))
    setHeaders(c, requestId)
  })

/**
 * Answers only after the whole body has arrived: the runtime closes a connection whose body was not read to its end,
 * and a client that is still sending then sees a broken connection in place of the reason.
 */
function drain(incoming: IncomingBody): Promise<void> {
  // a client that has disconnected by now needs no answer
  return incoming.drain().catch(() => {})
}

/** Cancels the body of a response to HEAD: nobody reads it, so its writer would never end. */
async function dropBody(c: GatewayContext): Promise<void> {
  const { res } = c
  await res.body?.cancel()
  c.res = new Response(null, res)
}

/** Logs a request once it is answered; a stream when its last event is sent. */
function addLogLine(c: GatewayContext, log: RequestLog, startedAt: number): void {
  const { finished, ...fields } = c.get('logFields')
  log.add(c.env, {
    requestId: c.get('requestId'),
    trace: c.get('trace'),
    method: c.req.method,
    route: matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path ?? 'none',
    status: c.res.status,
    startedAt,
    endedAt: Date.now(),
    identity: c.get('identity') as Identity | undefined,
    isStream: finished !== undefined,
    fields,
  })
}

/** `c.header` copies a finished response for every header; only those that came from elsewhere need a copy, once. */
function setHeaders(c: GatewayContext, requestId: string): void {
  const { headers } = c.res
  try {
    headers.set('x-request-id', requestId)
  } catch {
    c.res = new Response(c.res.body, c.res)
    c.res.headers.set('x-request-id', requestId)
  }
  const timing = c.get('timing').header()
  if (timing === '') c.res.headers.delete('server-timing')
  else c.res.headers.set('server-timing', timing)
}
