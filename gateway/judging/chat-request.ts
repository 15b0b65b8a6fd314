import type { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { estimateTokens } from '../../schema/judge/token-estimate.ts'
import type { GatewayContext } from '../http/context.ts'
import { traceparentOf } from '../http/trace.ts'
import type { ServedModel } from '../nodes/model-catalog.ts'
import type { ChatCommand } from '../tenant/run-chat.ts'

const longestAnswer = 4_096

/** A checked request as the tenant object runs it. Fields without a value are not sent to the node. */
export function chatCommandOf(
  c: GatewayContext,
  request: ChatCompletionRequest,
  candidates: ServedModel[],
): ChatCommand {
  const identity = c.get('identity')
  // `user` is for the client's own books and would tell a node who asks
  const { model, stream: _, stream_options: __, user: ___, keval, ...rest } = request
  const extended = candidates.filter(({ extensions }) => extensions)
  const body = Object.fromEntries(Object.entries(rest).filter(([, value]) => value != null))
  const text = request.messages.map(({ content }) => textOf(content)).join('\n')
  const tokens = estimateTokens(text)
  const bound = request.max_completion_tokens ?? request.max_tokens ?? longestAnswer
  return {
    model,
    body: { ...body, ...(keval != null && { keval }) },
    tokens: { most: tokens.most + bound * (request.n ?? 1), prompt: tokens.likely },
    candidates: keval != null ? extended : candidates,
    keyId: identity.keyId,
    tenantId: identity.tenantId,
    requestId: c.get('requestId'),
    traceparent: traceparentOf(c.get('trace')),
    limits: { tenant: identity.limits, key: identity.keyLimits ?? null },
  }
}

type Content = ChatCompletionRequest['messages'][number]['content']

const textOf = (content: Content) =>
  typeof content === 'string' ? content : content.map(({ text }) => text).join('\n')
