import { createMiddleware } from 'hono/factory'
import { toCacheScope } from '../cache/judgment-cache.ts'
import { reuseFreely } from '../cache/request-directives.ts'
import type { GatewayEnv } from '../http/context.ts'
import { sendJudgment } from './create-judgment.ts'
import { cachedAnswer } from './judgment-answer.ts'
import { candidatesFor } from './served-models.ts'

/**
 * Answers a request that came before, byte for byte, from the caches, without reading it again. Whatever is not
 * that plain goes on to the handler.
 */
export const serveCachedRepeat = createMiddleware<GatewayEnv>(async (c, next) => {
  if (c.req.header('cache-control') !== undefined) return next()
  const { tenantId, keyId } = c.get('identity')
  const known = c.get('services').requestFingerprints.get(toCacheScope(c.get('identity')), await c.req.text())
  if (known === undefined) return next()
  const { model, weightsDigest, fingerprint } = known
  const [served] = await candidatesFor(c, model)
  if (served?.weightsDigest !== weightsDigest) return next()
  const answer = await cachedAnswer(c, { tenantId, keyId, model, fingerprint, reuse: reuseFreely })
  return answer === null ? next() : sendJudgment(c, answer)
})
