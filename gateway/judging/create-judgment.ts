import { FailureError, reason } from '../../schema/api/errors.ts'
import type { JudgmentRequest } from '../../schema/api/judgment-request.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import { hitStatus, type JudgmentSource, missStatus, toAge } from '../cache/cache-status.ts'
import { toCacheScope, type WrittenJudgment } from '../cache/judgment-cache.ts'
import { parseReuse, type Reuse } from '../cache/request-directives.ts'
import type { GatewayContext } from '../http/context.ts'
import { callTenant } from '../http/tenant-call.ts'
import { toTraceparent } from '../http/trace.ts'
import { limitHeaders } from '../limits/limit-headers.ts'
import type { LimitReport } from '../limits/limits.ts'
import { type Caller, type JudgeCommand, toCommands } from './command.ts'
import { localizeJudgment } from './localize-judgment.ts'
import type { Judged, JudgeOutcome } from './run/outcome.ts'
import { candidatesFor } from './served-models.ts'

/** Samples of one request that run at the same time, within the tenant's own bound. */
const samplesAtOnce = 4

export interface Answer extends WrittenJudgment {
  cacheStatus: string
  /** Seconds since it was cached, for the `Age` header; null for what no cache had. */
  age: number | null
  limits?: LimitReport | undefined
}

/** `POST /v1/judgments`: from the cache if it is known there, else through the tenant object. */
export async function createJudgment(c: GatewayContext, request: JudgmentRequest) {
  const answers = await onceMoreIfModelChanged(c, async () => {
    const commands = await prepare(c, request)
    if (request.n === 1) await remember(c, commands[0]!)
    return inTurns(commands, Math.min(samplesAtOnce, c.get('identity').limits.concurrent), (command) =>
      answer(c, command),
    )
  })
  const data = answers.map(({ judgment }) => judgment)
  if (request.n === 1) return sendJudgment(c, answers[0]!)
  rememberJudgments(c, data)
  const shown = data.map((judgment) => localizeJudgment(c, judgment))
  return c.json({ object: 'list' as const, data: shown, has_more: false }, 200, answerHeaders(answers[0]!))
}

export function sendJudgment(c: GatewayContext, answer: Answer) {
  rememberJudgments(c, [answer.judgment])
  const headers = { ...answerHeaders(answer), 'content-type': 'application/json' }
  const shown = localizeJudgment(c, answer.judgment)
  const json = shown === answer.judgment ? answer.json : JSON.stringify(shown)
  return new Response(json, { headers }) as never
}

/** Builds the commands of a request; refuses a prompt that cannot fit into the context. */
export async function prepare(
  c: GatewayContext,
  request: JudgmentRequest,
  given: Pick<Caller, 'messages' | 'promptIsCustom'> = {},
): Promise<JudgeCommand[]> {
  const identity = c.get('identity')
  const commands = await toCommands(request, await candidatesFor(c, request.model), {
    keyId: identity.keyId,
    tenantId: identity.tenantId,
    requestId: c.get('requestId'),
    traceparent: toTraceparent(c.get('trace')),
    limits: { tenant: identity.limits, key: identity.keyLimits ?? null },
    reuse: parseReuse(c.req.header('cache-control')),
    retentionDays: identity.limits.retentionDays,
    ...given,
  })
  refuseTooLong(commands[0]!)
  return commands
}

/** New weights under way make new fingerprints: the nodes are asked again and the request starts over, once. */
export async function onceMoreIfModelChanged<T>(c: GatewayContext, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'model_changed') throw error
  }
  await c.get('services').models.refresh()
  return attempt()
}

/** The key of a cache lookup, and its caller. */
export interface Wanted {
  tenantId: string
  keyId: string
  model: string
  fingerprint: string
  reuse: Reuse
}

/** A judgment that a cache of this location has and the request lets it use. */
export async function cachedAnswer(
  c: GatewayContext,
  { tenantId, keyId, model, fingerprint, reuse }: Wanted,
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
  note(c, cached.judgment, cached.layer)
  c.get('services').cachedRepeats.count({ tenantId, keyId, model })
  const { judgment, json } = cached
  return { judgment, json, cacheStatus: hitStatus(cached, now), age: toAge(cached, now) }
}

/** Turns the tenant object's outcome into an answer: caches it if allowed, throws failures. */
export function toAnswer(c: GatewayContext, command: JudgeCommand, outcome: JudgeOutcome): Answer {
  if ('failure' in outcome) {
    setLimitHeaders(c, outcome.limits)
    throw new FailureError(outcome.failure)
  }
  const { judgment, source, limits, timing } = outcome
  note(c, judgment, source)
  if (timing !== undefined) addTiming(c, timing)
  const cacheable = judgment.verdict === 'rated' && command.reuse.store
  const written = { judgment, json: JSON.stringify(judgment) }
  if (cacheable) cacheIt(c, command, written, source)
  return { ...written, cacheStatus: missStatus(source, cacheable), age: null, limits }
}

/** A judgment that came again, or that replaces an earlier one, is for the whole location; a new one for here. */
function cacheIt(
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
export function rememberJudgments(c: GatewayContext, judgments: Judgment[]): void {
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

/** So that the same bytes need not be understood again. */
async function remember(c: GatewayContext, { request, candidates, fingerprint }: JudgeCommand) {
  const weightsDigest = candidates[0]?.weightsDigest ?? null
  const known = { model: request.model, weightsDigest, fingerprint }
  c.get('services').requestFingerprints.put(toCacheScope(c.get('identity')), await c.req.text(), known)
}

async function answer(c: GatewayContext, command: JudgeCommand): Promise<Answer> {
  const { model } = command.request
  const cached = await cachedAnswer(c, { ...command, model })
  if (cached !== null) return cached
  const outcome = await c.get('timing').measure('tenant', () =>
    // the stub's types lose the union of the outcome
    callTenant(c, async (tenant): Promise<JudgeOutcome> => tenant.judge(command)),
  )
  return toAnswer(c, command, outcome)
}

function note(c: GatewayContext, judgment: Judgment, source: string): void {
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

function refuseTooLong({ contextLength, promptTokens: { least } }: JudgeCommand): void {
  if (contextLength === null || least < contextLength) return
  throw new FailureError({
    code: 'context_length_exceeded',
    ...reason('prompt_too_long', { tokens: least, context: contextLength }),
    source: 'gateway',
  })
}

async function inTurns<T, R>(items: T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))))
  }
  return results
}
