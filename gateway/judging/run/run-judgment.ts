import { type Failure, reason } from '../../../schema/api/errors.ts'
import { estimateTokens } from '../../../schema/judge/token-estimate.ts'
import type { CurrentGrantLookup } from '../../auth/current-grant.ts'
import type { Reservation } from '../../limits/admission.ts'
import type { AdmissionQueue } from '../../limits/admission-queue.ts'
import { maxAnswerTokens } from '../../limits/limits.ts'
import { remainingLimits, type TimeLimits } from '../../nodes/client/call-deadline.ts'
import { type Completion, complete, completeStreaming } from '../../nodes/client/completion.ts'
import type { DeadlineTimer } from '../../nodes/client/deadline-timer.ts'
import { CallAborted, NodeFailure } from '../../nodes/client/node-failure.ts'
import type { NodeTransport } from '../../nodes/client/node-transport.ts'
import type { Hedge } from '../../nodes/routing/hedge.ts'
import type { NodePool } from '../../nodes/routing/pool.ts'
import type { ServedModel } from '../../nodes/served-model.ts'
import { koreanDay } from '../../platform/korean-day.ts'
import type { RunUsage, UsageKey, UsageStore } from '../../usage/usage-store.ts'
import type { JudgeCommand } from '../command.ts'
import { toJudgment } from '../judgment.ts'
import type { JudgmentStore } from '../store/judgment-store.ts'
import type { RecordJudgment } from '../store/record-judgments.ts'
import { admitRun } from './admit-run.ts'
import type { JudgeOutcome } from './outcome.ts'
import type { RunControls } from './shared-run.ts'

export interface RunDependencies {
  store: JudgmentStore
  usage: UsageStore
  admission: AdmissionQueue
  currentGrant: CurrentGrantLookup
  pool: NodePool
  transport: NodeTransport
  timeLimits: TimeLimits
  deadlines: DeadlineTimer
  /** Writes all or nothing. */
  transaction: (work: () => void) => void
  /** When to ask a second node beside a slow one; null for never. */
  hedge: Hedge | null
  now: () => number
}

/**
 * Makes one judgment: reserve, ask a node, read, record and settle. `record` stores and charges it in one step, so a
 * judgment is either there and charged or neither.
 */
export async function runJudgment(
  dependencies: RunDependencies,
  command: JudgeCommand,
  controls: RunControls<string>,
  streaming: boolean,
  record: RecordJudgment,
): Promise<JudgeOutcome> {
  const { pool, now } = dependencies
  const prompt = command.promptTokens
  const askedAt = now()
  const admitted = await admit(dependencies, command, prompt.most, controls.signal)
  if (admitted === null) return { failure: clientDisconnected }
  if ('failure' in admitted) return { failure: admitted.failure, limits: admitted.report }

  const { reservation, report } = admitted
  let text = ''
  const startedAt = now()
  try {
    const call = async (served: ServedModel, lost?: AbortSignal) => {
      const signal = anyOf(controls.signal, lost)
      const completion = await ask(dependencies, command, served, startedAt, signal, streaming, (part) => {
        text += part
        controls.onItem(part)
      })
      return { served, completion }
    }
    // a text that is shown as it is written comes from one node
    const hedge = streaming ? null : dependencies.hedge
    const { served, completion } = await pool.run(command.candidates, call, { hedge })
    const answeredAt = now()
    const judgment = toJudgment(command, served, completion, startedAt)
    const used = {
      prompt: completion.promptTokens || prompt.likely,
      completion: completion.completionTokens || estimateTokens(completion.text).likely,
      milliseconds: now() - startedAt,
    }
    const by = usedBy(dependencies, command, reservation)
    await record({ command, judgment, by, used, at: now() })
    settle(dependencies, command, reservation, used)
    const timing = {
      limits: startedAt - askedAt,
      queue: completion.queueMs,
      node: answeredAt - startedAt,
      store: now() - answeredAt,
    }
    return { judgment, source: 'node', timing, ...(report && { limits: report }) }
  } catch (error) {
    // a failing node costs nothing; a client that leaves has used what was written until then
    const disconnected = error instanceof CallAborted
    const used =
      disconnected && text !== ''
        ? { prompt: prompt.likely, completion: estimateTokens(text).likely, milliseconds: null }
        : nothingUsed
    // the slot is free again even where nothing can be written
    settle(dependencies, command, reservation, used)
    dependencies.usage.record(usedBy(dependencies, command, reservation), 'failed', used)
    const failure = toFailure(error)
    const code = disconnected ? 'client_disconnected' : (failure?.code ?? 'internal_error')
    dependencies.store.insertAttempt(command, code, text.length, now())
    if (failure === null) throw error
    return { failure, ...(report && { limits: report }) }
  }
}

function anyOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other])
}

const nothingUsed: RunUsage = { prompt: 0, completion: 0, milliseconds: null }

/** Null for an unexpected error. */
function toFailure(error: unknown): Failure | null {
  if (error instanceof NodeFailure) return error.failure
  if (!(error instanceof CallAborted)) return null
  return clientDisconnected
}

export const clientDisconnected: Failure = {
  code: 'stream_interrupted',
  ...reason('client_left'),
  source: 'gateway',
}

function admit(
  dependencies: RunDependencies,
  command: JudgeCommand,
  promptTokens: number,
  signal: AbortSignal | undefined,
) {
  if (command.limits === null) return { reservation: null, report: null }
  const bound = command.sampling.maxTokens ?? maxAnswerTokens
  const answer = Math.min(bound, command.contextLength ?? bound)
  const { tenantId, keyId, limits } = command
  return admitRun(dependencies, { tenantId, keyId, tokens: promptTokens + answer, limits }, signal)
}

function ask(
  { timeLimits, deadlines, transport, now }: RunDependencies,
  command: JudgeCommand,
  served: ServedModel,
  startedAt: number,
  signal: AbortSignal | undefined,
  streaming: boolean,
  onText: (text: string) => void,
): Promise<Completion> {
  const { requestId, traceparent, tenantId: tenant } = command
  const limits = remainingLimits(timeLimits, now() - startedAt)
  const call = { transport, served, requestId, traceparent, tenant, limits, deadlines, signal }
  const prompt = {
    messages: command.messages,
    ...command.sampling,
    seed: command.seed,
    ratingProbabilities: command.request.rating_probabilities,
  }
  return streaming ? completeStreaming(call, prompt, onText) : complete(call, prompt)
}

function usedBy(
  { now }: RunDependencies,
  { keyId, request }: JudgeCommand,
  reservation: Reservation | null,
): UsageKey {
  return { day: reservation?.day ?? koreanDay(now()), keyId, model: request.model }
}

function settle(
  { admission }: RunDependencies,
  { keyId }: JudgeCommand,
  reservation: Reservation | null,
  used: RunUsage,
): void {
  const tokens = used.prompt + used.completion
  if (reservation !== null) admission.settle(reservation, tokens)
  else admission.add(keyId, tokens)
}
