import type { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { invalidRequest } from '../../schema/api/errors.ts'
import { estimateTokens } from '../../schema/judge/token-estimate.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import type { GatewayContext } from '../http/context.ts'
import { toTraceparent } from '../http/trace.ts'
import { maxAnswerTokens } from '../limits/limits.ts'
import { maxAnswerBytes } from '../nodes/client/bounded-body.ts'
import type { ServedModel } from '../nodes/served-model.ts'
import type { ChatCommand } from './run/run-chat.ts'

/** Maximum size of one log probability in an answer, with its token and bytes. */
const logprobBytes = 150

/** The refusal of `keval` options that no node of the model reads; its command has no candidates. */
export const optionsUnsupported = invalidRequest([fieldError('keval', 'keval_options_unsupported')])

/** The caller of a run, and the limits that apply. */
export type ChatCaller = Pick<ChatCommand, 'keyId' | 'tenantId' | 'requestId' | 'traceparent' | 'limits'>

/** A checked request as the tenant object runs it. Fields without a value are not sent to the node. */
export function toChatCommand(
  caller: ChatCaller,
  request: ChatCompletionRequest,
  candidates: ServedModel[],
): ChatCommand {
  // `user` is for the client's own books and would tell a node who asks
  const { model, stream: _, stream_options: __, user: ___, ignore_eos: ____, keval, ...rest } = request
  const extended = candidates.filter(({ extensions }) => extensions)
  const body = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null))
  const text = request.messages.map(({ content }) => toText(content)).join('\n')
  const tokens = estimateTokens(text)
  const bound = request.max_completion_tokens ?? request.max_tokens ?? maxAnswerTokens
  const answerTokens = bound * (request.n ?? 1)
  const logprobs = request.logprobs ? 1 + (request.top_logprobs ?? 0) : 0
  return {
    model,
    body: { ...body, messages: request.messages.map(toNodeMessage), ...(keval != null && { keval }) },
    tokens: { most: tokens.most + answerTokens, prompt: tokens.likely },
    isHeavy: answerTokens > maxAnswerTokens || answerTokens * logprobs * logprobBytes > maxAnswerBytes,
    candidates: keval != null ? extended : candidates,
    ...caller,
  }
}

/** The caller of a route, with the limits of tenant and key. */
export function toChatCaller(c: GatewayContext): ChatCaller {
  const { keyId, tenantId, limits, keyLimits } = c.get('identity')
  return {
    keyId,
    tenantId,
    requestId: c.get('requestId'),
    traceparent: toTraceparent(c.get('trace')),
    limits: { tenant: limits, key: keyLimits ?? null },
  }
}

/** A message without the empty fields of a reply. */
const toNodeMessage = ({ role, content, name }: ChatCompletionRequest['messages'][number]) => ({
  role,
  content,
  ...(name != null && { name }),
})

type Content = ChatCompletionRequest['messages'][number]['content']

const toText = (content: Content) =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('\n')
