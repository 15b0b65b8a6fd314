import { createMiddleware } from 'hono/factory'
import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import { canonicalJson, type JsonValue } from '../../schema/judge/canonical-json.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import { parseReuse } from '../cache/request-directives.ts'
import type { GatewayContext, GatewayEnv } from './context.ts'
import type { Claim, IdempotentRequest, StoredAnswer } from './idempotency-store.ts'
import { callTenant } from './tenant-call.ts'

/** Largest text kept to be sent again. */
const maxKeptCharacters = 1_000_000

/** Settings for replaying a route's answer under its Idempotency-Key. */
export type Repetition =
  /** From the stored judgments, whose ids the handler leaves in `judgmentIds`. */
  | { from: 'judgments'; send: (c: GatewayContext, judgmentIds: string[]) => Promise<Response> }
  /** From a copy of its text, for answers that are stored nowhere else. */
  | { from: 'text' }
  /** Not at all: the repetition is refused. */
  | { from: 'nothing' }

/**
 * `Idempotency-Key`: the same key with the same request runs once a day, streams included, and is answered again
 * from what was stored. Only good answers are kept, so that a failed request can be sent again under its key.
 */
export const idempotent = (repetition: Repetition) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const given = c.req.header('idempotency-key')
    if (given === undefined) return next()
    if (given.length === 0 || given.length > 255) {
      const error = fieldError('Idempotency-Key', 'length_range', { minimum: 1, maximum: 255 })
      throw new FailureError(invalidRequest([error]))
    }
    const request = await identify(c, given)
    const claim = (await callTenant(c, async (tenant) => tenant.claimIdempotent(request))) as Claim
    if (claim === 'mismatch') throw refused('idempotency_mismatch')
    if (claim === 'running') throw refused('idempotency_in_progress')
    if (claim !== 'run') return repeat(c, repetition, claim)
    await next()
    const keepsText = repetition.from === 'text' && parseReuse(c.req.header('cache-control')).store
    c.res = onceSent(c.res, keepsText, (text) => {
      const answer = text === null ? null : toStoredAnswer(c, keepsText, text)
      c.executionCtx.waitUntil(callTenant(c, async (tenant) => tenant.finishIdempotent(request, answer)))
    })
  })

async function repeat(c: GatewayContext, repetition: Repetition, kept: StoredAnswer): Promise<Response> {
  if ('judgmentIds' in kept && repetition.from === 'judgments') {
    const response = await repetition.send(c, kept.judgmentIds)
    response.headers.set('idempotent-replayed', 'true')
    return response
  }
  if ('body' in kept) {
    return c.body(kept.body, 200, {
      'content-type': kept.contentType,
      'cache-control': 'private, no-store',
      'idempotent-replayed': 'true',
    })
  }
  throw new FailureError({
    code: 'conflict',
    ...reason('answer_not_kept'),
    source: 'gateway',
  })
}

function toStoredAnswer(c: GatewayContext, keepsText: boolean, body: string): StoredAnswer {
  const judgmentIds = c.get('judgmentIds')
  if (judgmentIds !== undefined) return { judgmentIds }
  if (!keepsText || body.length > maxKeptCharacters) return { nothing: true }
  return { contentType: c.res.headers.get('content-type') ?? '', body }
}

async function identify(c: GatewayContext, key: string): Promise<IdempotentRequest> {
  const text = await c.req.text()
  return {
    keyId: c.get('identity').keyId,
    idempotencyKey: await sha256Hex(key),
    requestSha256: await sha256Hex(`${c.req.path}\n${canonical(text)}`),
  }
}

/** The order of fields and white space make no other request. */
function canonical(text: string): string {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue)
  } catch {
    return text
  }
}

function refused(code: 'idempotency_mismatch' | 'idempotency_in_progress'): FailureError {
  if (code === 'idempotency_mismatch') {
    return new FailureError({ code, ...reason('idempotency_mismatch'), source: 'gateway' })
  }
  return new FailureError({ code, ...reason('idempotency_in_progress'), source: 'gateway', retryAfter: 2 })
}

/**
 * Returns the response and calls `done` once it has been sent whole, with its text where that is wanted; with null
 * when it failed or broke.
 */
function onceSent(response: Response, wantsText: boolean, done: (text: string | null) => void): Response {
  if (!response.ok || response.body === null) {
    done(null)
    return response
  }
  const decoder = new TextDecoder()
  let text = ''
  let isBroken = false
  const reader = response.body.getReader()
  const copied = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done: ended, value } = await reader.read().catch((error) => {
        done(null)
        throw error
      })
      if (!ended) {
        const part = decoder.decode(value, { stream: true })
        isBroken ||= errorEvent.test(part)
        if (wantsText && text.length <= maxKeptCharacters) text += part
        controller.enqueue(value)
        return
      }
      controller.close()
      done(isBroken ? null : text)
    },
    async cancel(reason) {
      done(null)
      await reader.cancel(reason)
    },
  })
  return new Response(copied, response)
}

/** Prefix of a failure in the streams of this API; no line of JSON begins with it. */
const errorEvent = /^(event: error|data: \{"error":)/m
