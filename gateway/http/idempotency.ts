import { createMiddleware } from 'hono/factory'
import { FailureError } from '../../schema/api/errors.ts'
import { canonicalJson, type JsonValue } from '../../schema/judge/canonical-json.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import type { GatewayContext, GatewayEnv } from './context.ts'
import { invalidRequest } from './failure-response.ts'
import type { Claim, IdempotentRequest, KeptAnswer } from './idempotency-store.ts'
import { callTenant } from './tenant-call.ts'

/** Largest answer kept to be sent again; larger ones are answered once and the key stays free. */
const mostKept = 1_000_000

/**
 * `Idempotency-Key`: the same key with the same request gets the same answer for a day, streams included.
 * Only good answers are kept, so that a failed request can be sent again under its key.
 */
export const idempotent = createMiddleware<GatewayEnv>(async (c, next) => {
  const given = c.req.header('idempotency-key')
  if (given === undefined) return next()
  if (given.length === 0 || given.length > 255) {
    const message = 'must have 1 to 255 characters'
    throw new FailureError(invalidRequest([{ field: 'Idempotency-Key', message }]))
  }
  const request = await requestOf(c, given)
  const claim: Claim = await callTenant(c, async (tenant) => tenant.claimIdempotent(request))
  if (claim === 'mismatch') throw refused('idempotency_mismatch')
  if (claim === 'running') throw refused('idempotency_in_progress')
  if (claim !== 'run') {
    return c.body(claim.body, claim.status as 200, {
      'content-type': claim.contentType,
      'cache-control': 'private, no-store',
      'idempotent-replayed': 'true',
    })
  }
  await next()
  c.res = keepWhenWhole(c.res, (answer) => {
    c.executionCtx.waitUntil(callTenant(c, async (tenant) => tenant.finishIdempotent(request, answer)))
  })
})

async function requestOf(c: GatewayContext, key: string): Promise<IdempotentRequest> {
  const text = await c.req.text()
  return {
    keyId: c.get('identity').keyId,
    idempotencyKey: await sha256Hex(key),
    requestSha256: await sha256Hex(`${c.req.path}\n${canonical(text)}`),
  }
}

/** Order and white space of the client's JSON make no other request. */
function canonical(text: string): string {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue)
  } catch {
    return text
  }
}

function refused(code: 'idempotency_mismatch' | 'idempotency_in_progress'): FailureError {
  if (code === 'idempotency_mismatch') {
    const detail = 'This Idempotency-Key was sent before with a different request.'
    return new FailureError({ code, detail, source: 'gateway' })
  }
  const detail = 'The request with this Idempotency-Key has not finished yet.'
  return new FailureError({ code, detail, source: 'gateway', retryAfter: 2 })
}

/** The response as it was, with its text handed over once it has gone out whole; null when it is not to be kept. */
function keepWhenWhole(response: Response, done: (answer: KeptAnswer | null) => void): Response {
  if (!response.ok || response.body === null) {
    done(null)
    return response
  }
  const decoder = new TextDecoder()
  const contentType = response.headers.get('content-type') ?? ''
  let body = ''
  const reader = response.body.getReader()
  const copied = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done: ended, value } = await reader.read().catch((error) => {
        done(null)
        throw error
      })
      if (!ended) {
        if (body.length <= mostKept) body += decoder.decode(value, { stream: true })
        controller.enqueue(value)
        return
      }
      controller.close()
      const keep = body.length <= mostKept && !brokeOff.test(body)
      done(keep ? { status: response.status, contentType, body } : null)
    },
    async cancel(reason) {
      done(null)
      await reader.cancel(reason)
    },
  })
  return new Response(copied, response)
}

/** How the streams of this API say that they broke. JSON has no line that begins so. */
const brokeOff = /^(event: error|data: \{"error":)/m
