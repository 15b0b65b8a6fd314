import {
  getTemplate,
  getTurns,
  type JudgmentRequest,
  type Sampling,
  toSampling,
} from '../../schema/api/judgment-request.ts'
import { customPrompt, getTemplateVersion } from '../../schema/judge/custom-prompt.ts'
import { computeFingerprint, computePromptSha256, toSeed } from '../../schema/judge/fingerprint.ts'
import { protocols } from '../../schema/judge/protocol.ts'
import { type JudgeMessage, renderMessages } from '../../schema/judge/render.ts'
import type { TemplateName } from '../../schema/judge/templates.ts'
import { estimateTokens, type TokenEstimate } from '../../schema/judge/token-estimate.ts'
import { defaultReuse, type Reuse } from '../cache/request-directives.ts'
import type { AppliedLimits } from '../limits/limits.ts'
import type { ServedModel } from '../nodes/served-model.ts'

/** One sample to be judged: all that the tenant object needs to run, store and answer it. */
export interface JudgeCommand extends Required<Omit<Caller, 'messages' | 'promptIsCustom'>> {
  fingerprint: string
  request: JudgmentRequest
  template: TemplateName | typeof customPrompt
  messages: JudgeMessage[]
  promptSha256: string
  sampling: Sampling
  seed: number
  /** The nodes that serve the model with the weights of the fingerprint. */
  candidates: ServedModel[]
  /** The gateway's estimate of the prompt's tokens. */
  promptTokens: TokenEstimate
  /** The most tokens prompt and answer may have together, where that is known. */
  contextLength: number | null
}

export interface Caller {
  keyId: string
  tenantId: string
  requestId: string
  traceparent: string | undefined
  /** The limits of the run; null for none. */
  limits?: AppliedLimits | null
  /** Reuse of an earlier judgment, and storage of this one. */
  reuse?: Reuse
  /** Days until the stored judgment is deleted; null keeps it. */
  retentionDays?: number | null
  evaluationId?: string | null
  /** The row of the evaluation, which keeps what is judged. */
  evaluationRow?: number | null
  /** The exact messages of a test set; without them the template is rendered. */
  messages?: JudgeMessage[] | undefined
  /** True if these messages are none of the templates. */
  promptIsCustom?: boolean
}

/** Renders a request and names it: one command for each of its `n` samples. */
export const toCommands = (
  request: JudgmentRequest,
  candidates: ServedModel[],
  caller: Caller,
): Promise<JudgeCommand[]> =>
  Promise.all(
    Array.from({ length: request.n }, (_, sampleIndex) =>
      toCommand(request, candidates, caller, sampleIndex),
    ),
  )

/** The command of one sample of a request. */
export async function toCommand(
  request: JudgmentRequest,
  candidates: ServedModel[],
  caller: Caller,
  sampleIndex: number,
): Promise<JudgeCommand> {
  const { messages: given, promptIsCustom, ...called } = caller
  const template = promptIsCustom ? customPrompt : getTemplate(request)
  const messages = given ?? renderMessages(getTemplate(request), getTurns(request))
  const sampling = toSampling(request)
  const weightsDigest = candidates[0]?.weightsDigest ?? null
  // other weights would make another judgment than the one the fingerprint names
  const sameWeights = candidates.filter((served) => served.weightsDigest === weightsDigest)
  const promptSha256 = await computePromptSha256(messages)
  const fingerprint = await computeFingerprint({
    model: request.model,
    weightsDigest: weightsDigest ?? 'unreported',
    protocol: request.protocol,
    template,
    templateVersion: getTemplateVersion(template),
    promptSha256,
    ...sampling,
    seed: request.seed ?? null,
    sampleIndex,
    ratingProbabilities: request.rating_probabilities,
  })
  return {
    limits: null,
    reuse: defaultReuse,
    retentionDays: null,
    evaluationId: null,
    evaluationRow: null,
    ...called,
    fingerprint,
    request,
    template,
    messages,
    promptSha256,
    sampling,
    // a given seed gives the same draw every time; further samples need seeds of their own
    seed: request.seed === undefined ? toSeed(fingerprint) : (request.seed + sampleIndex) & 0x7fffffff,
    candidates: sameWeights,
    promptTokens: estimateTokens(messages.map(({ content }) => content).join('\n')),
    contextLength: minContextLength(request, sameWeights),
  }
}

/** The smallest of the nodes' contexts and the protocol's own, where any is known. */
function minContextLength(request: JudgmentRequest, candidates: ServedModel[]): number | null {
  const known = [
    protocols[request.protocol].contextLength,
    ...candidates.map((served) => served.contextLength),
  ]
  const lengths = known.filter((length) => length !== null)
  return lengths.length === 0 ? null : Math.min(...lengths)
}
