import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { FailureError, reason } from '../../schema/api/errors.ts'
import type { NodeEnv } from './context.ts'

/**
 * Lets a request pass that bears the shared secret. Digests are compared, in constant time, so that neither
 * content nor length can be guessed from the time it takes. Without a secret everything passes: the server then
 * listens on loopback only.
 */
export function requireSecret(secret: string | null): MiddlewareHandler<NodeEnv> {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = secret === null ? null : digest(secret)
  return async (c, next) => {
    if (expected === null) return next()
    const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
    if (bearer === undefined)
      throw new FailureError({
        code: 'missing_api_key',
        ...reason('node_secret_missing'),
        source: 'node',
      })
    if (!timingSafeEqual(digest(bearer), expected))
      throw new FailureError({
        code: 'invalid_api_key',
        ...reason('node_secret_wrong'),
        source: 'node',
      })
    return next()
  }
}

/** Addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
