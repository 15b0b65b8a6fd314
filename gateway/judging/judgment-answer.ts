import { FailureError } from '../../schema/api/errors.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import { hitStatus, type JudgmentSource, missStatus, toAge } from '../cache/cache-status.ts'
import { toCacheScope, type WrittenJudgment } from '../cache/judgment-cache.ts'
import type { Reuse } from '../cache/request-directives.ts'
import type { GatewayContext } from '../http/context.ts'
import { limitHeaders } from '../limits/limit-headers.ts'
import type { LimitReport } from '../limits/limits.ts'
import type { JudgeCommand } from './command.ts'
import type { Judged, JudgeOutcome } from './run/outcome.ts'
import type { WrittenOutcome } from './run/outcome-text.ts'

export interface Answer extends WrittenJudgment {
  cacheStatus: string
  /** Seconds since it was cached, for the `Age` header; null for what no cache had. */
  age: number | null
  limits?: LimitReport | undefined
}

/** The key of a cache lookup, and its caller. */
export interface CacheQuery {
  tenantId: string
  keyId: string
  model: string
  fingerprint: string
  reuse: Reuse
}

/** A judgment that a cache of this location has and the request lets it use. */
export async function cachedAnswer(
  c: GatewayContext,
  { tenantId, keyId, model, fingerprint, reuse }: CacheQuery,
): Promise<Answer | null> {
  if (!reuse.read) return null
  const { cache } = c.get('services')
  const cached = await c
    .get('timing')
    .measure('cache', () => cache.get(toCacheScope(c.get('identity')), fingerprint))
  if (cached === null) return null
  const now = Date.now()
  const { maxAge } = reuse
  if (maxAge !== null && now - cached.judgment.created * 1000 > maxAge * 1000) return null
  recordOutcome(c, cached.judgment, cached.layer)
  c.get('services').cachedRepeats.count({ tenantId, keyId, model })
  const { judgment, json } = cached
  return { judgment, json, cacheStatus: hitStatus(cached, now), age: toAge(cached, now) }
}

/** Turns the tenant object's outcome into an answer: caches it if allowed, throws failures. */
export function toAnswer(
  c: GatewayContext,
  command: JudgeCommand,
  outcome: JudgeOutcome | WrittenOutcome,
): Answer {
  if ('failure' in outcome) {
    setLimitHeaders(c, outcome.limits)
    throw new FailureError(outcome.failure)
  }
  const { judgment, source, limits, timing } = outcome
  recordOutcome(c, judgment, source)
  if (timing !== undefined) addTiming(c, timing)
  const cacheable = judgment.verdict === 'rated' && command.reuse.store
  const written = { judgment, json: 'json' in outcome ? outcome.json : JSON.stringify(judgment) }
  if (cacheable) cacheJudgment(c, command, written, source)
  return { ...written, cacheStatus: missStatus(source, cacheable), age: null, limits }
}

/** A judgment that came again, or that replaces an earlier one, is for the whole location; a new one for here. */
function cacheJudgment(
  c: GatewayContext,
  command: JudgeCommand,
  written: WrittenJudgment,
  source: JudgmentSource,
): void {
  const { cache } = c.get('services')
  const { fingerprint, reuse } = command
  const scope = toCacheScope(c.get('identity'))
  if (source === 'node' && reuse.read) cache.keep(scope, fingerprint, written)
  else c.executionCtx.waitUntil(cache.put(scope, fingerprint, written))
}

/** Leaves the ids of an answer's judgments for its Idempotency-Key, where they are stored. */
export function setJudgmentIds(c: GatewayContext, judgments: Judgment[]): void {
  if (judgments.every(({ stored }) => stored))
    c.set(
      'judgmentIds',
      judgments.map(({ id }) => id),
    )
}

export function answerHeaders({
  cacheStatus,
  age,
  limits,
}: Omit<Answer, keyof WrittenJudgment>): Record<string, string> {
  return {
    'cache-status': cacheStatus,
    'cache-control': 'private, no-store',
    ...(age !== null && { age: String(age) }),
    ...(limits && limitHeaders(limits)),
  }
}

export function setLimitHeaders(c: GatewayContext, limits: LimitReport | undefined): void {
  if (limits === undefined) return
  for (const [name, value] of Object.entries(limitHeaders(limits))) c.header(name, value)
}

function recordOutcome(c: GatewayContext, judgment: Judgment, source: string): void {
  const fields = c.get('logFields')
  fields.source = source
  fields.verdict = judgment.verdict
  fields.node = judgment.provenance.node
  if (source !== 'node') return
  fields.promptTokens = judgment.usage.prompt_tokens
  fields.completionTokens = judgment.usage.completion_tokens
}

function addTiming(c: GatewayContext, { limits, queue, node, store }: NonNullable<Judged['timing']>): void {
  const timing = c.get('timing')
  timing.add('limits', limits)
  if (queue !== null) timing.add('queue', queue)
  timing.add('node', node)
  timing.add('store', store)
}
