import { createMiddleware } from 'hono/factory'
import { FailureError, invalidRequest, reason } from '../../../schema/api/errors.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import type { GatewayContext, GatewayEnv } from '../context.ts'
import { refuseLoneSurrogates } from './decode-text.ts'

const jsonType = 'application/json'
export const jsonTimeLimits = { totalMs: 30_000, pauseMs: 10_000 }

/**
 * Reads a JSON body within its bound, checks its media type and encoding, and leaves its text for the validators.
 * A required body that is missing is refused, not taken for `{}`.
 */
export const jsonBody = (maxBytes: number, { required }: { required: boolean }) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const incoming = c.get('incoming')
    incoming.open({ maxBytes, ...jsonTimeLimits })
    if (incoming.isEmpty) {
      if (required) throw missingBody()
      keepText(c, '')
      return next()
    }
    const text = await incoming.text()
    if (text === '' && required) throw missingBody()
    if (text !== '' && mediaType(c.req.header('content-type')) !== jsonType) {
      throw new FailureError({
        code: 'unsupported_media_type',
        ...reason('json_expected'),
        source: 'gateway',
      })
    }
    refuseLoneSurrogates(text)
    keepText(c, text)
    await next()
  })

/** Marks a route that reads no body, so that none is read by mistake. */
export const noBody = createMiddleware<GatewayEnv>((c, next) => {
  keepText(c, '')
  return next()
})

/** Hono's cache of a read body, which its validators and `c.req.text()` read; it holds promises. */
function keepText(c: GatewayContext, text: string): void {
  const cache: { text?: unknown } = c.req.bodyCache
  cache.text = Promise.resolve(text)
}

const mediaType = (header: string | undefined) => header?.split(';')[0]?.trim().toLowerCase()

function missingBody(): FailureError {
  return new FailureError(invalidRequest([fieldError('body', 'required')]))
}
