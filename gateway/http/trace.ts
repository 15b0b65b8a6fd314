import { hex } from '../../schema/judge/sha256.ts'

/** A span of a distributed trace, in the terms of W3C Trace Context and OpenTelemetry. */
export interface Trace {
  traceId: string
  spanId: string
  parentSpanId: string | null
  sampled: boolean
}

const form = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/

/** The gateway's span of a request: a child of the caller's, or the root of a new trace. */
export function parseTrace(traceparent: string | null | undefined, random = randomHex): Trace {
  const match = form.exec(traceparent ?? '')
  if (match === null || /^0+$/.test(match[1]!) || /^0+$/.test(match[2]!)) {
    const ids = random(24)
    return { traceId: ids.slice(0, 32), spanId: ids.slice(32), parentSpanId: null, sampled: true }
  }
  const sampled = (Number.parseInt(match[3]!, 16) & 1) === 1
  return { traceId: match[1]!, spanId: random(8), parentSpanId: match[2]!, sampled }
}

/** The header that makes what follows a child of this span. */
export const toTraceparent = ({ traceId, spanId, sampled }: Trace) =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

const randomHex = (bytes: number) => hex(crypto.getRandomValues(new Uint8Array(bytes)))
