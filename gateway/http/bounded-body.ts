import { createMiddleware } from 'hono/factory'
import { FailureError } from '../../schema/api/errors.ts'
import type { GatewayEnv } from './context.ts'

/** A refused body is still taken in, up to this many bytes: a client that is cut off while sending sees no answer. */
const drained = 64_000_000

/** Refuses a body larger than a limit in bytes. One that does not tell its length, or a larger one, is read to see. */
export const boundedBody = (limit: number) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const { body } = c.req.raw
    // HTTP ends a body at its Content-Length, so this one needs no counting
    if (body === null || declaredLength(c.req.header('content-length')) <= limit) return next()
    const bytes = await readUpTo(body, limit)
    if (bytes === null) {
      throw new FailureError({
        code: 'body_too_large',
        detail: `The body may have at most ${limit} bytes.`,
        source: 'gateway',
      })
    }
    c.req.raw = new Request(c.req.raw, { body: bytes })
    await next()
  })

const declaredLength = (header: string | undefined) =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : Number.POSITIVE_INFINITY

async function readUpTo(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size <= limit) chunks.push(chunk)
    else chunks.length = 0
    if (size > drained) break
  }
  if (size > limit) return null
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
