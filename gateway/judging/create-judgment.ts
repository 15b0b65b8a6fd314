import { type Failure, FailureError } from '../../schema/api/errors.ts'
import type { Judgment, JudgmentRequest } from '../../schema/api/judgments.ts'
import { ageOf, hitStatus, missStatus } from '../cache/cache-status.ts'
import type { GatewayContext } from '../http/context.ts'
import type { ServedModel } from '../nodes/model-catalog.ts'
import type { JudgeOutcome } from '../tenant/flights.ts'
import { commandsOf, type JudgeCommand } from './command.ts'

interface Answer {
  judgment: Judgment
  cacheStatus: string
  age: number | null
}

/** `POST /v1/judgments`: from the cache if it is known there, else through the tenant object. */
export async function createJudgment(c: GatewayContext, request: JudgmentRequest) {
  const identity = c.get('identity')
  const candidates = await candidatesFor(c, request.model)
  const commands = await commandsOf(request, candidates, {
    keyId: identity.keyId,
    tenantId: identity.tenantId,
    requestId: c.get('requestId'),
    traceparent: c.req.header('traceparent'),
  })
  const answers = await Promise.all(commands.map((command) => answer(c, command)))
  const first = answers[0]!
  c.header('cache-status', first.cacheStatus)
  c.header('cache-control', 'private, no-store')
  if (first.age !== null) c.header('age', String(first.age))
  if (request.n === 1) return c.json(first.judgment, 200)
  return c.json(
    { object: 'list' as const, data: answers.map(({ judgment }) => judgment), has_more: false },
    200,
  )
}

async function candidatesFor(c: GatewayContext, model: string): Promise<ServedModel[]> {
  const { models } = c.get('services')
  const allowed = c.get('identity').limits.models
  const served = await models.list()
  const candidates = served.filter(({ id }) => id === model)
  if (candidates.length > 0 && (allowed === null || allowed.includes(model))) return candidates
  throw new FailureError(noCandidate(model, served, allowed))
}

function noCandidate(model: string, served: ServedModel[], allowed: readonly string[] | null): Failure {
  if (served.length === 0) {
    return {
      code: 'no_node_available',
      detail: 'No node answers at the moment.',
      source: 'gateway',
      retryAfter: 5,
    }
  }
  const names = [...new Set(served.map(({ id }) => id))].filter(
    (id) => allowed === null || allowed.includes(id),
  )
  const detail = `"${model.slice(0, 100)}" is not served. Models you can ask for: ${names.join(', ') || 'none'}.`
  return { code: 'model_not_found', detail, source: 'gateway', errors: [{ field: 'model', message: detail }] }
}

async function answer(c: GatewayContext, command: JudgeCommand): Promise<Answer> {
  const { cache } = c.get('services')
  const timing = c.get('timing')
  const cached = await timing.measure('cache', () => cache.get(command.tenantId, command.fingerprint))
  if (cached !== null) {
    const now = Date.now()
    return { judgment: cached.judgment, cacheStatus: hitStatus(cached, now), age: ageOf(cached, now) }
  }
  const tenant = c.get('tenant')
  const outcome = await timing.measure('tenant', async (): Promise<JudgeOutcome> => tenant.judge(command))
  if ('failure' in outcome) throw new FailureError(outcome.failure)
  const { judgment, source } = outcome
  const cacheable = judgment.verdict === 'rated'
  if (cacheable) c.executionCtx.waitUntil(cache.put(command.tenantId, command.fingerprint, judgment))
  return { judgment, cacheStatus: missStatus(source, cacheable), age: null }
}
