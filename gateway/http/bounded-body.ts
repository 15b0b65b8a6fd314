import { createMiddleware } from 'hono/factory'
import { FailureError } from '../../schema/api/errors.ts'
import type { GatewayEnv } from './context.ts'

/** Refuses a body larger than a limit in bytes. One that does not tell its length is read to see. */
export const boundedBody = (limit: number) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    // HTTP ends a body at its Content-Length, so this one needs no counting
    const declared = declaredLength(c.req.header('content-length'))
    if (c.req.raw.body === null || (declared !== null && declared <= limit)) return next()
    const bytes = declared === null ? await readUpTo(c.get('incoming').chunks(), limit) : null
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
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null

/** Null when there is more. */
async function readUpTo(body: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limit) return null
    chunks.push(chunk)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}
