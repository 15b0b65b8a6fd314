import type { JudgmentRequest } from '../../schema/api/judgments.ts'
import { asGiven, planRow, textsOf } from '../../schema/evaluation-input/plan.ts'
import { limitsOfWork } from '../jobs/bounds.ts'
import { type Caller, commandsOf, type JudgeCommand } from '../judging/command.ts'
import type { ServedModel } from '../nodes/registry/model-catalog.ts'
import type { TakenWork } from './evaluations.ts'
import type { PendingJudgment } from './row-store.ts'

interface Surroundings {
  tenantId: string
  evaluationId: string
  candidates: ServedModel[]
}

/** The command of one judgment of an evaluation: the same as if its row were sent to `POST /v1/judgments`. */
export async function commandFor(
  { row, turn, repeat, position }: PendingJudgment,
  { options, keyId }: Pick<TakenWork, 'options' | 'keyId'>,
  { tenantId, evaluationId, candidates }: Surroundings,
): Promise<JudgeCommand> {
  const planned = planRow(row, options)
  const judgment = typeof planned === 'string' ? undefined : planned.find((one) => one.turn === turn)
  if (judgment === undefined) throw new Error('a stored row has no such turn')
  const { messages, template } = judgment
  const request: JudgmentRequest = {
    model: options.model,
    protocol: options.protocol,
    ...textsOf(judgment),
    ...(template !== asGiven && options.protocol === 'ko-bench' && { template }),
    ...(options.temperature !== null && { temperature: options.temperature }),
    ...(options.seed !== null && { seed: options.seed }),
    ...(options.maxTokens !== null && { max_tokens: options.maxTokens }),
    top_p: 1,
    n: 1,
    stream: false,
    rating_probabilities: false,
  }
  const caller: Caller = {
    keyId,
    tenantId,
    requestId: `${evaluationId}-${position}`,
    traceparent: undefined,
    limits: limitsOfWork(options),
    retentionDays: options.retentionDays,
    evaluationId,
    evaluationRow: row.number,
    ...('messages' in row.input && { messages, promptIsCustom: template === asGiven }),
  }
  // repeats are the samples of one request: the last of `repeat` samples is this one
  const command = (await commandsOf({ ...request, n: repeat }, candidates, caller)).at(-1)!
  return { ...command, request }
}
