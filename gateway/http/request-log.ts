import type { Identity } from '../auth/identity.ts'
import type { Env } from '../env.ts'
import type { LogFields } from './log-fields.ts'
import type { LogLines } from './log-lines.ts'
import { exportSpan, parseSpanTarget } from './span-export.ts'
import type { Trace } from './trace.ts'

/** A finished request as its log line, its metrics and its span show it. */
export interface FinishedRequest {
  requestId: string
  trace: Trace
  method: string
  /** The route as it is declared, so that ids in paths do not make lines of their own. */
  route: string
  status: number
  /** In milliseconds since 1970. */
  startedAt: number
  endedAt: number
  /** The caller; undefined without an API key. */
  identity: Pick<Identity, 'tenantId' | 'keyId'> | undefined
  isStream: boolean
  fields: Omit<LogFields, 'finished'>
}

interface Parts {
  lines: LogLines
  /** Keeps work running after the response (`waitUntil`). */
  defer: (work: Promise<unknown>) => void
}

/**
 * One line of JSON per request, with the ids of its OpenTelemetry span and without content, keys or addresses,
 * and one Analytics Engine point for every request of a tenant.
 */
export class RequestLog {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  add(env: Env, request: FinishedRequest): void {
    const { trace, identity, status } = request
    const line = JSON.stringify({
      level: status >= 500 ? 'error' : 'info',
      event: request.isStream ? 'stream' : 'request',
      request_id: request.requestId,
      trace_id: trace.traceId,
      span_id: trace.spanId,
      ...(trace.parentSpanId !== null && { parent_span_id: trace.parentSpanId }),
      method: request.method,
      route: request.route,
      status,
      duration_ms: request.endedAt - request.startedAt,
      ...(identity && { tenant: identity.tenantId, key: identity.keyId }),
      ...request.fields,
    })
    this.#parts.lines.add(line, status >= 500 ? 0 : Number(env.LOG_HOLD_MS ?? 0))
    if (identity) countRequest(env, identity, request)
    this.#sendSpan(env, request)
  }

  #sendSpan(env: Env, { trace, identity, requestId, fields, ...span }: FinishedRequest): void {
    const target = parseSpanTarget(env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_HEADERS)
    if (target === null || !trace.sampled) return
    const { model, verdict, source, node, code, promptTokens, completionTokens } = fields
    const attributes = {
      'keval.request_id': requestId,
      'keval.tenant': identity?.tenantId,
      'keval.verdict': verdict,
      'keval.source': source,
      'keval.node': node,
      'error.type': code,
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': promptTokens,
      'gen_ai.usage.output_tokens': completionTokens,
    }
    this.#parts.defer(exportSpan({ trace, ...span, attributes }, target))
  }
}

function countRequest(
  env: Env,
  { tenantId, keyId }: Pick<Identity, 'tenantId' | 'keyId'>,
  { method, route, status, startedAt, endedAt, fields }: FinishedRequest,
): void {
  const { model = '', verdict = '', source = '', node = '', code = '', ...tokens } = fields
  env.ANALYTICS?.writeDataPoint({
    indexes: [tenantId],
    blobs: [keyId, method, route, String(status), model, verdict, source, node, code],
    doubles: [1, endedAt - startedAt, tokens.promptTokens ?? 0, tokens.completionTokens ?? 0],
  })
}
