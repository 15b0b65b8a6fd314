import type { JudgmentRequest } from '../../schema/api/judgment-request.ts'
import { planRow, toTexts } from '../../schema/evaluation-input/plan.ts'
import { customPrompt } from '../../schema/judge/custom-prompt.ts'
import type { Grant } from '../auth/current-grant.ts'
import type { Prepare, Prepared } from '../jobs/job.ts'
import { toItemLimits } from '../jobs/limits.ts'
import type { Work } from '../jobs/work.ts'
import { type Caller, type JudgeCommand, toCommand as toJudgeCommand } from '../judging/command.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import type { ServedModel } from '../nodes/served-model.ts'
import type { TakenJudgments } from './evaluation-job.ts'
import type { PendingJudgment } from './row-store.ts'
import { toWeightsName } from './weights.ts'

/** Prepares the judge commands of a chunk of rows, or returns why the evaluation has to wait. */
export const prepareJudgments: Prepare<TakenJudgments, JudgeCommand> = async (
  taken,
  { work, grant, models },
): Promise<Prepared<JudgeCommand>> => {
  const { model } = taken.options
  if (grant.limits.models !== null && !grant.limits.models.includes(model)) {
    return { pause: 'model_withdrawn' }
  }
  const candidates = await findCandidates(taken, models)
  if (candidates === 'other_weights') return { pause: 'weights_changed' }
  if (candidates.length === 0) return { wait: null }
  const items = taken.pending.map(async (judgment) => {
    const command = await toCommand(judgment, taken, { work, grant, candidates })
    return { position: judgment.position, command }
  })
  return { items: await Promise.all(items) }
}

/** The nodes that serve the model; with the weights that the evaluation began with, unless any will do. */
async function findCandidates(
  { options, weightsDigest }: TakenJudgments,
  models: ModelCatalog,
): Promise<ServedModel[] | 'other_weights'> {
  if (weightsDigest === null || options.onWeightsChange === 'continue') return models.find(options.model)
  const served = (await models.list()).filter(({ id }) => id === options.model)
  const same = served.filter((node) => toWeightsName(node) === weightsDigest)
  return served.length > 0 && same.length === 0 ? 'other_weights' : same
}

/** The command of one judgment: the same as if its row were sent to `POST /v1/judgments`. */
async function toCommand(
  { row, turn, repeat, position }: PendingJudgment,
  { options, auditId }: TakenJudgments,
  { work, grant, candidates }: { work: Work; grant: Grant; candidates: ServedModel[] },
): Promise<JudgeCommand> {
  const planned = planRow(row, options)
  const judgment = Array.isArray(planned) ? planned.find((one) => one.turn === turn) : undefined
  if (judgment === undefined) throw new Error('a stored row has no such turn')
  const { messages, template } = judgment
  const request: JudgmentRequest = {
    model: options.model,
    protocol: options.protocol,
    ...toTexts(judgment),
    ...(template !== customPrompt && options.protocol === 'ko-bench' && { template }),
    ...(options.temperature !== null && { temperature: options.temperature }),
    ...(options.seed !== null && { seed: options.seed }),
    ...(options.maxTokens !== null && { max_tokens: options.maxTokens }),
    top_p: 1,
    n: 1,
    stream: false,
    // an audit says how steady the expected rating is
    rating_probabilities: auditId !== null || options.summary === 'expected',
  }
  const caller: Caller = {
    keyId: work.keyId,
    tenantId: work.tenantId,
    requestId: `${work.jobId}-${position}`,
    traceparent: undefined,
    limits: toItemLimits(grant),
    retentionDays: options.retentionDays,
    evaluationId: work.jobId,
    evaluationRow: row.number,
    ...('messages' in row.input && { messages, promptIsCustom: template === customPrompt }),
  }
  // repeats are the samples of one request
  return toJudgeCommand(request, candidates, caller, row.sample + repeat - 2)
}
