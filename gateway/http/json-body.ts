import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { FailureError } from '../../schema/api/errors.ts'
import type { GatewayEnv } from './context.ts'

/** Refuses a body over the limit (also one without Content-Length) before it is read whole. */
export const boundedBody = (bytes: number) =>
  bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new FailureError({
        code: 'body_too_large',
        detail: `The body may have at most ${bytes} bytes.`,
        source: 'gateway',
      })
    },
  })

/** Refuses bodies that do not say they are JSON, before a validator would ignore them. No body is no such body. */
export const jsonOnly = createMiddleware<GatewayEnv>(async (c, next) => {
  if (c.req.raw.body === null) return next()
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new FailureError({
      code: 'unsupported_media_type',
      detail: 'Send the body as JSON, with Content-Type: application/json.',
      source: 'gateway',
    })
  }
  await next()
})
