import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Identity } from '../auth/identity.ts'
import type { GatewayContext, GatewayEnv } from './context.ts'
import type { LogFields } from './log-fields.ts'
import type { RequestLog } from './request-log.ts'
import { parseTrace } from './trace.ts'

/** Logs every request once it is answered; a stream when its last event is sent. */
export const logRequests = (log: RequestLog) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const startedAt = Date.now()
    const fields: LogFields = {}
    c.set('logFields', fields)
    c.set('trace', parseTrace(c.req.header('traceparent')))
    await next()
    if (fields.finished === undefined) add(c, log, startedAt)
    else c.executionCtx.waitUntil(fields.finished.then(() => add(c, log, startedAt)))
  })

function add(c: GatewayContext, log: RequestLog, startedAt: number): void {
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
