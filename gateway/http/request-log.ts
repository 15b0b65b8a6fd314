import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { GatewayContext, GatewayEnv } from './context.ts'
import type { LogFields } from './log-fields.ts'
import type { LogLines } from './log-lines.ts'
import { exportSpan, parseSpanTarget } from './span-export.ts'
import { parseTrace } from './trace.ts'

/**
 * One line of JSON per request, with the ids of its OpenTelemetry span and without content, keys or addresses,
 * and one Analytics Engine point for every request of a tenant.
 */
export const requestLog = (lines: LogLines) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const started = Date.now()
    const fields: LogFields = {}
    c.set('logFields', fields)
    c.set('trace', parseTrace(c.req.header('traceparent')))
    await next()
    if (fields.finished === undefined) write(c, lines, started)
    else c.executionCtx.waitUntil(fields.finished.then(() => write(c, lines, started)))
  })

function write(c: GatewayContext, lines: LogLines, started: number): void {
  const milliseconds = Date.now() - started
  const identity = c.get('identity') as { tenantId: string; keyId: string } | undefined
  const { traceId, spanId, parentSpanId } = c.get('trace')
  const { finished, ...fields } = c.get('logFields')
  const route = getRoute(c)
  const line = JSON.stringify({
    level: c.res.status >= 500 ? 'error' : 'info',
    event: finished === undefined ? 'request' : 'stream',
    request_id: c.get('requestId'),
    trace_id: traceId,
    span_id: spanId,
    ...(parentSpanId !== null && { parent_span_id: parentSpanId }),
    method: c.req.method,
    route,
    status: c.res.status,
    duration_ms: milliseconds,
    ...(identity && { tenant: identity.tenantId, key: identity.keyId }),
    ...fields,
  })
  lines.add(line, c.res.status >= 500 ? 0 : Number(c.env.LOG_HOLD_MS ?? 0))
  if (identity) countRequest(c, identity, route, milliseconds)
  sendSpan(c, identity?.tenantId, route, { startedAt: started, endedAt: started + milliseconds })
}

function sendSpan(
  c: GatewayContext,
  tenant: string | undefined,
  route: string,
  times: { startedAt: number; endedAt: number },
): void {
  const target = parseSpanTarget(c.env.OTEL_EXPORTER_OTLP_ENDPOINT, c.env.OTEL_EXPORTER_OTLP_HEADERS)
  const trace = c.get('trace')
  if (target === null || !trace.sampled) return
  const { model, verdict, source, node, code, promptTokens, completionTokens } = c.get('logFields')
  const attributes = {
    'keval.request_id': c.get('requestId'),
    'keval.tenant': tenant,
    'keval.verdict': verdict,
    'keval.source': source,
    'keval.node': node,
    'error.type': code,
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': promptTokens,
    'gen_ai.usage.output_tokens': completionTokens,
  }
  const { method } = c.req
  const { status } = c.res
  c.executionCtx.waitUntil(exportSpan({ trace, method, route, status, ...times, attributes }, target))
}

/** The route as it is declared, so that ids in paths do not make lines of their own. */
const getRoute = (c: GatewayContext) =>
  matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path ?? 'none'

function countRequest(
  c: GatewayContext,
  { tenantId, keyId }: { tenantId: string; keyId: string },
  route: string,
  milliseconds: number,
): void {
  const { model = '', verdict = '', source = '', node = '', code = '', ...tokens } = c.get('logFields')
  c.env.ANALYTICS?.writeDataPoint({
    indexes: [tenantId],
    blobs: [keyId, c.req.method, route, String(c.res.status), model, verdict, source, node, code],
    doubles: [1, milliseconds, tokens.promptTokens ?? 0, tokens.completionTokens ?? 0],
  })
}
