import type { JudgmentRequest } from '../../schema/api/judgments.ts'
import { templateOf, turnsOf } from '../../schema/api/judgments.ts'
import { fingerprintOf, seedOf } from '../../schema/judge/fingerprint.ts'
import { type JudgeMessage, renderMessages } from '../../schema/judge/render.ts'
import { type TemplateName, templates } from '../../schema/judge/templates.ts'
import type { ServedModel } from '../nodes/model-catalog.ts'

/** One sample to be judged: all that the tenant object needs to run, store and answer it. */
export interface JudgeCommand {
  fingerprint: string
  request: JudgmentRequest
  template: TemplateName
  messages: JudgeMessage[]
  seed: number
  /** The nodes that serve the model, with the weights the fingerprint speaks of. */
  candidates: ServedModel[]
  keyId: string
  tenantId: string
  requestId: string
  traceparent: string | undefined
}

interface Caller {
  keyId: string
  tenantId: string
  requestId: string
  traceparent: string | undefined
}

/** Renders a request and names it: one command for each of its `n` samples. */
export async function commandsOf(
  request: JudgmentRequest,
  candidates: ServedModel[],
  caller: Caller,
): Promise<JudgeCommand[]> {
  const template = templateOf(request)
  const messages = renderMessages(template, turnsOf(request))
  const weightsDigest = candidates[0]?.weightsDigest ?? null
  const samples = Array.from({ length: request.n }, async (_, sampleIndex) => {
    const fingerprint = await fingerprintOf({
      model: request.model,
      weightsDigest: weightsDigest ?? 'unreported',
      template,
      templateVersion: templates[template].version,
      messages,
      temperature: request.temperature,
      topP: request.top_p,
      maxTokens: request.max_tokens ?? null,
      seed: request.seed ?? null,
      sampleIndex,
      ratingProbabilities: request.rating_probabilities,
    })
    // a given seed means the same draw every time; further samples need draws of their own
    const seed = request.seed === undefined ? seedOf(fingerprint) : (request.seed + sampleIndex) & 0x7fffffff
    return { fingerprint, request, template, messages, seed, candidates, ...caller }
  })
  return Promise.all(samples)
}
