import { FailureError, reason } from '../../schema/api/errors.ts'
import type { JudgmentRequest } from '../../schema/api/judgment-request.ts'
import { toCacheScope } from '../cache/judgment-cache.ts'
import { parseReuse } from '../cache/request-directives.ts'
import type { GatewayContext } from '../http/context.ts'
import { callTenant } from '../http/tenant-call.ts'
import { toTraceparent } from '../http/trace.ts'
import { type Caller, type JudgeCommand, toCommands } from './command.ts'
import { type Answer, answerHeaders, cachedAnswer, setJudgmentIds, toAnswer } from './judgment-answer.ts'
import { localizeJudgment } from './localize-judgment.ts'
import { readJudgeOutcome } from './run/outcome-text.ts'
import { candidatesFor } from './served-models.ts'

/** Samples of one request that run at the same time, within the tenant's own bound. */
const samplesAtOnce = 4

/** `POST /v1/judgments`: from the cache if it is known there, else through the tenant object. */
export async function createJudgment(c: GatewayContext, request: JudgmentRequest) {
  const answers = await retryIfModelChanged(c, async () => {
    const commands = await prepare(c, request)
    if (request.n === 1) await remember(c, commands[0]!)
    return inTurns(commands, Math.min(samplesAtOnce, c.get('identity').limits.concurrent), (command) =>
      answer(c, command),
    )
  })
  const data = answers.map(({ judgment }) => judgment)
  if (request.n === 1) return sendJudgment(c, answers[0]!)
  setJudgmentIds(c, data)
  const shown = data.map((judgment) => localizeJudgment(c, judgment))
  return c.json({ object: 'list' as const, data: shown, has_more: false }, 200, answerHeaders(answers[0]!))
}

export function sendJudgment(c: GatewayContext, answer: Answer) {
  setJudgmentIds(c, [answer.judgment])
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
export async function retryIfModelChanged<T>(c: GatewayContext, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.code !== 'model_changed') throw error
  }
  await c.get('services').models.refresh()
  return attempt()
}

/** Remembers the fingerprint, so that the same bytes need no parsing again. */
async function remember(c: GatewayContext, { request, candidates, fingerprint }: JudgeCommand) {
  const weightsDigest = candidates[0]?.weightsDigest ?? null
  const known = { model: request.model, weightsDigest, fingerprint }
  c.get('services').requestFingerprints.put(toCacheScope(c.get('identity')), await c.req.text(), known)
}

async function answer(c: GatewayContext, command: JudgeCommand): Promise<Answer> {
  const { model } = command.request
  const cached = await cachedAnswer(c, { ...command, model })
  if (cached !== null) return cached
  const outcome = await c
    .get('timing')
    .measure('tenant', () => callTenant(c, (tenant) => tenant.judge(command)))
  return toAnswer(c, command, readJudgeOutcome(outcome))
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
