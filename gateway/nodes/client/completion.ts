import type { z } from 'zod'
import { reason } from '../../../schema/api/errors.ts'
import type { ratingProbabilitiesSchema } from '../../../schema/api/judgments.ts'
import type { JudgeMessage } from '../../../schema/judge/render.ts'
import type { ServedModel } from '../served-model.ts'
import { type ChatCall, requestChunks, requestCompletion } from './chat-call.ts'
import type { NodeChunk, NodeCompletion } from './chat-wire.ts'
import { NodeFailure, unusable } from './node-failure.ts'

/** The prompt and sampling of one judgment. */
export interface JudgePrompt {
  messages: JudgeMessage[]
  temperature: number
  topP: number
  seed: number
  /** Null leaves the bound to the node: what the context has room for, at most 4,096. */
  maxTokens: number | null
  ratingProbabilities: boolean
}

/** A whole answer of a node, with its finish reason and provenance. */
export interface Completion {
  text: string
  finishReason: 'stop' | 'length'
  promptTokens: number
  completionTokens: number
  weightsDigest: string | null
  precision: string | null
  provider: string | null
  queueMs: number | null
  ratingProbabilities: z.output<typeof ratingProbabilitiesSchema> | null
}

type Call = Omit<ChatCall, 'body'>

/** Far above what 4,096 tokens write; the platform stores no judgment of more than 2 MB. */
const maxTextLength = 600_000

/** The prompt as one plain request. */
export async function complete(call: Call, prompt: JudgePrompt): Promise<Completion> {
  const answer = await requestCompletion({ ...call, body: wireRequest(call.served, prompt) })
  const choice = answer.choices[0]!
  return toCompletion(answer, choice, choice.message.content ?? '')
}

/** The prompt as a stream: `onText` gets the text as it comes, the completion is answered at the end. */
export async function completeStreaming(
  call: Call,
  prompt: JudgePrompt,
  onText: (text: string) => void,
): Promise<Completion> {
  let text = ''
  const whole: Pick<NodeChunk, 'usage' | 'keval'> & { choice: NodeChunk['choices'][number] } = {
    choice: { finish_reason: null },
  }
  try {
    for await (const chunk of requestChunks({ ...call, body: wireRequest(call.served, prompt) })) {
      whole.usage = chunk.usage ?? whole.usage
      whole.keval = chunk.keval ?? whole.keval
      const choice = chunk.choices[0]
      if (choice === undefined) continue
      whole.choice.finish_reason = choice.finish_reason ?? whole.choice.finish_reason
      whole.choice.keval = choice.keval ?? whole.choice.keval
      const delta = choice.delta?.content ?? ''
      if (delta === '') continue
      text += delta
      if (text.length > maxTextLength) throw unusable(reason('node_text_too_long'))
      onText(delta)
    }
    return toCompletion(whole, whole.choice, text)
  } catch (error) {
    throw error instanceof NodeFailure && text !== '' ? error.final() : error
  }
}

function wireRequest(served: ServedModel, prompt: JudgePrompt) {
  return {
    messages: prompt.messages,
    temperature: prompt.temperature,
    top_p: prompt.topP,
    seed: prompt.seed,
    ...(prompt.maxTokens !== null && { max_tokens: prompt.maxTokens }),
    ...(served.extensions && prompt.ratingProbabilities && { keval: { rating_probabilities: true } }),
  }
}

function toCompletion(
  provenance: Pick<NodeCompletion, 'usage' | 'keval'>,
  choice: Pick<NodeCompletion['choices'][number], 'finish_reason' | 'keval'>,
  text: string,
): Completion {
  if (text.length > maxTextLength) throw unusable(reason('node_text_too_long'))
  const finishReason = choice.finish_reason
  // requestChunks and requestCompletion refuse an answer without a reason
  if (finishReason !== 'stop' && finishReason !== 'length') {
    throw unusable(reason('node_odd_finish'))
  }
  return {
    text,
    finishReason,
    promptTokens: provenance.usage?.prompt_tokens ?? 0,
    completionTokens: provenance.usage?.completion_tokens ?? 0,
    weightsDigest: provenance.keval?.weights_digest ?? null,
    precision: provenance.keval?.precision ?? null,
    provider: provenance.keval?.provider ?? null,
    queueMs: provenance.keval?.queue_ms ?? null,
    ratingProbabilities: choice.keval?.rating_probabilities ?? null,
  }
}
