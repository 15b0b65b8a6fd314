import type { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { type Failure, FailureError } from '../../schema/api/errors.ts'
import type { GatewayContext } from '../http/context.ts'
import { eventStream, eventStreamHeaders, eventText } from '../http/event-stream.ts'
import { readerLanguage } from '../http/reader-language.ts'
import { callTenant } from '../http/tenant-call.ts'
import type { LimitReport } from '../limits/limits.ts'
import type { NodeChunk } from '../nodes/client/chat-wire.ts'
import { optionsUnsupported, toChatCaller, toChatCommand } from './chat-request.ts'
import { setLimitHeaders } from './judgment-answer.ts'
import type { ChatOutcome, StreamStart, Unjudged } from './run/outcome.ts'
import { readChatOutcome } from './run/outcome-text.ts'
import { readRunEvents } from './run/run-stream.ts'
import { candidatesFor } from './served-models.ts'
import { streamInterrupted } from './stream-judgment.ts'

/** `POST /v1/chat/completions`: the caller's own prompt on the same nodes, under the same limits. */
export async function chatCompletion(c: GatewayContext, request: ChatCompletionRequest): Promise<Response> {
  const command = toChatCommand(toChatCaller(c), request, await candidatesFor(c, request.model))
  if (command.candidates.length === 0) throw new FailureError(optionsUnsupported)
  if (request.stream !== true) {
    const text = await c
      .get('timing')
      .measure('tenant', () => callTenant(c, (tenant) => tenant.chat(command)))
    const { json } = requireCompleted(c, readChatOutcome(text))
    return c.body(json, 200, { 'content-type': 'application/json', 'cache-control': 'private, no-store' })
  }
  const start = await c
    .get('timing')
    .measure('tenant', () =>
      callTenant(c, (tenant) => tenant.streamChat(command) as Promise<StreamStart<ChatOutcome>>),
    )
  if (!('events' in start)) {
    requireCompleted(c, start)
    throw new FailureError(streamInterrupted)
  }
  const withUsage = request.stream_options?.include_usage === true
  return c.body(
    eventStream(c, (signal) => chunks(c, start.events, withUsage, signal)),
    200,
    eventStreamHeaders,
  )
}

function requireCompleted<Outcome extends { limits?: LimitReport }>(
  c: GatewayContext,
  outcome: Outcome | Unjudged,
): Outcome {
  setLimitHeaders(c, outcome.limits)
  if ('failure' in outcome) throw new FailureError(outcome.failure)
  return outcome
}

async function* chunks(
  c: GatewayContext,
  events: ReadableStream<Uint8Array>,
  withUsage: boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    for await (const event of readRunEvents<NodeChunk, ChatOutcome>(events, signal)) {
      if ('item' in event) {
        const chunk = forClient(event.item, withUsage)
        if (chunk !== null) yield eventText(chunk)
        continue
      }
      requireCompleted(c, event.outcome)
      yield 'data: [DONE]\n\n'
      return
    }
    yield failed(c, streamInterrupted)
  } catch (error) {
    yield failed(c, error instanceof FailureError ? error.failure : streamInterrupted)
  }
}

/** The node is always asked for its usage; a client that did not ask for it gets the stream it expects. */
function forClient({ usage, ...chunk }: NodeChunk, withUsage: boolean): Record<string, unknown> | null {
  if (withUsage) return { ...chunk, usage: usage ?? null }
  return chunk.choices.length === 0 ? null : chunk
}

/** OpenAI's clients raise this as an error in the middle of a stream. */
const failed = (c: GatewayContext, failure: Failure) =>
  eventText(openAiErrorBody(failure, c.get('requestId'), readerLanguage(c)))
