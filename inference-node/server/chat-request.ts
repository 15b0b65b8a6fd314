import { randomInt } from 'node:crypto'
import { ChatCompletionRequest, type ChatMessage } from '../../schema/api/chat.ts'
import { FailureError, invalidRequest } from '../../schema/api/errors.ts'
import { fieldErrors } from '../../schema/messages/field-errors.ts'
import type { GenerateRequest } from '../engine/protocol.ts'

/** Reads a body. @throws FailureError naming each wrong field */
export function parseChatRequest(body: unknown): ChatCompletionRequest {
  const parsed = ChatCompletionRequest.safeParse(body)
  if (!parsed.success) throw new FailureError(invalidRequest(fieldErrors(parsed.error.issues), 'node'))
  return parsed.data
}

/** Translates a body into a request to the engine, with neutral values where OpenAI's wire has several. */
export function generateRequest(id: number, tenant: string, request: ChatCompletionRequest): GenerateRequest {
  const { temperature, top_p, top_k, min_p, repetition_penalty } = request
  return {
    id,
    tenant,
    messages: request.messages.map((message) => ({
      role: message.role === 'developer' ? 'system' : message.role,
      content: toText(message),
    })),
    samples: request.n ?? 1,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    sampling: {
      ...(temperature != null && { temperature }),
      ...(top_p != null && { topP: top_p }),
      ...(top_k != null && { topK: Math.max(0, top_k) }),
      ...(min_p != null && { minP: min_p }),
      ...(repetition_penalty != null && { repetitionPenalty: repetition_penalty }),
    },
    seed: request.seed ?? randomInt(2 ** 47),
    stops: typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []),
    stopAtRating: request.keval?.stop_at_rating ?? false,
    ratingProbabilities: request.keval?.rating_probabilities ?? false,
    topLogprobs: request.logprobs ? (request.top_logprobs ?? 0) : null,
  }
}

function toText({ content }: ChatMessage): string {
  return typeof content === 'string' ? content : content.map((part) => part.text).join('')
}
