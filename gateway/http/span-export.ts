import type { Trace } from './trace.ts'

/** A finished request as a span: names and numbers only, never texts, addresses or keys. */
export interface RequestSpan {
  trace: Trace
  method: string
  route: string
  status: number
  startedAt: number
  endedAt: number
  /** Further attributes; what is undefined is left out. */
  attributes: Record<string, string | number | undefined>
}

/** Target of spans: the base URL of an OpenTelemetry collector, and its headers. */
export interface SpanTarget {
  endpoint: string
  headers: Record<string, string>
}

const timeoutMs = 3_000

/** OpenTelemetry's own settings: `OTEL_EXPORTER_OTLP_ENDPOINT`, and headers as `name=value,name=value`. */
export function parseSpanTarget(endpoint: string | undefined, headers = ''): SpanTarget | null {
  if (!endpoint) return null
  const pairs = headers
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair.includes('='))
    .map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const
    })
  return { endpoint: endpoint.replace(/\/+$/, ''), headers: Object.fromEntries(pairs) }
}

/** Sends a span by OTLP over HTTP, as JSON. Failures of the collector are ignored. */
export async function exportSpan(span: RequestSpan, { endpoint, headers }: SpanTarget): Promise<void> {
  try {
    const response = await fetch(`${endpoint}/v1/traces`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(otlp(span)),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
  } catch {
    // telemetry never fails a request
  }
}

function otlp({ trace, method, route, status, startedAt, endedAt, attributes }: RequestSpan) {
  const allAttributes = {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': status,
    ...attributes,
  }
  const span = {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentSpanId !== null && { parentSpanId: trace.parentSpanId }),
    name: `${method} ${route}`,
    kind: serverKind,
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(endedAt),
    attributes: attributeList(allAttributes),
    status: { code: status >= 500 ? errorStatus : unsetStatus },
  }
  const resource = { attributes: attributeList({ 'service.name': 'keval-edge' }) }
  return {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'keval-edge.gateway' }, spans: [span] }] }],
  }
}

const [serverKind, unsetStatus, errorStatus] = [2, 0, 2]

/** A JSON number cannot hold nanoseconds since 1970. */
const nanoseconds = (milliseconds: number) => `${Math.round(milliseconds)}000000`

const attributeList = (attributes: RequestSpan['attributes']) =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      key,
      value: typeof value === 'number' ? numberValue(value) : { stringValue: String(value) },
    }))

const numberValue = (value: number) =>
  Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
