import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ChatCompletionRequest } from '../../schema/api/chat.ts'
import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { type Failure, FailureError, reason } from '../../schema/api/errors.ts'
import { nodeHeaders } from '../../schema/api/node-status.ts'
import type { GenerateEvent } from '../engine/protocol.ts'
import { readJson } from './body.ts'
import { generateRequest, parseChatRequest } from './chat-request.ts'
import { Completion } from './completion.ts'
import type { NodeEnv } from './context.ts'
import { expectedFailure, readerLanguage, unexpected } from './failures.ts'
import { Generation, type GenerationServices } from './generation.ts'

const maxTenantLength = 128

export interface ChatServices extends GenerationServices {
  /** True once no new work is taken. */
  draining: () => boolean
  /** Largest body. */
  bodyBytes: number
  /** Prompts and answers go to the log; off unless an operator asks for it. */
  logContent: boolean
}

const draining: Failure = {
  code: 'engine_unavailable',
  ...reason('node_draining'),
  source: 'node',
  retryAfter: 5,
}

let lastId = 0

/** `POST /v1/chat/completions`: generates, and answers whole or as server-sent events. */
export function chatHandler(services: ChatServices) {
  return async (c: Context<NodeEnv>): Promise<Response> => {
    const body = parseChatRequest(await readJson(c.req.raw, services.bodyBytes))
    const { engine } = services
    if (services.draining()) throw new FailureError(draining)
    if (!engine.model) throw new FailureError(engine.unavailable())
    if (body.model !== engine.model.id)
      throw new FailureError({
        code: 'model_not_found',
        ...reason('model_not_served_here', { model: engine.model.id }),
        source: 'node',
      })
    const tenant = (c.req.header(nodeHeaders.tenant) ?? '').slice(0, maxTenantLength)
    const request = generateRequest(++lastId, tenant, body)
    const generation = new Generation(services, request)
    const disconnected = () => generation.cancel()
    c.req.raw.signal.addEventListener('abort', disconnected)
    const completion = new Completion(`chatcmpl-${randomUUID()}`, engine.model, request)
    if (services.logContent) c.get('log').info({ messages: request.messages }, 'prompt')
    const answer = { generation, completion, body }
    return body.stream ? stream(c, answer, services) : whole(c, answer, services)
  }
}

interface Answer {
  generation: Generation
  completion: Completion
  body: ChatCompletionRequest
}

async function whole(
  c: Context<NodeEnv>,
  { generation, completion }: Answer,
  { logContent }: ChatServices,
): Promise<Response> {
  for await (const event of generation.events()) completion.take(event)
  if (generation.cancelled) return logDisconnect(c)
  const reply = completion.whole()
  logDone(c, completion, logContent)
  return c.json(reply)
}

/** The status line waits for a slot, so that a refusal or a crash before it is an HTTP error like any other. */
async function stream(
  c: Context<NodeEnv>,
  { generation, completion, body }: Answer,
  { logContent, metrics }: ChatServices,
): Promise<Response> {
  const events = generation.events()
  for (let started = false; !started; ) {
    const { value, done } = await events.next()
    if (done) break
    completion.take(value)
    started = value.type === 'started'
  }
  if (generation.cancelled) return logDisconnect(c)
  const response = streamSSE(c, async (sse) => {
    sse.onAbort(() => generation.cancel())
    const send = (data: unknown) => sse.writeSSE({ data: JSON.stringify(data) })
    try {
      for (let index = 0; index < (body.n ?? 1); index++) await send(completion.opening(index))
      for await (const event of events) await sendEvent(event)
      if (generation.cancelled) return void logDisconnect(c)
      if (body.stream_options?.include_usage) await send(completion.usageChunk())
      await sse.writeSSE({ data: '[DONE]' })
      logDone(c, completion, logContent)
    } catch (error) {
      // no [DONE] follows: a broken answer must not look whole
      const failure = expectedFailure(error) ?? unexpected
      if (failure === unexpected) c.get('log').error({ name: (error as Error).name }, 'stream failed')
      metrics.rejections.inc({ code: failure.code })
      c.get('log').warn({ code: failure.code, reason: failure.reason }, 'stream broke off')
      await send(openAiErrorBody(failure, c.get('requestId'), readerLanguage(c)))
    }
    async function sendEvent(event: GenerateEvent): Promise<void> {
      completion.take(event)
      const chunk = completion.chunk(event)
      if (chunk) await send(chunk)
    }
  })
  // the server frames the body as the client's version of HTTP takes it
  response.headers.delete('transfer-encoding')
  response.headers.delete('connection')
  response.headers.set('x-accel-buffering', 'no')
  return response
}

/** Answers a client that has disconnected: the status reaches only the metrics. */
function logDisconnect(c: Context<NodeEnv>): Response {
  c.get('log').info('the client disconnected')
  return new Response(null, { status: 499 })
}

function logDone(c: Context<NodeEnv>, completion: Completion, logContent: boolean): void {
  const { prefix_hit_tokens, queue_ms, prefill_ms, decode_ms } = completion.extension()
  const content = logContent
    ? { answers: completion.whole().choices.map(({ message }) => message.content) }
    : {}
  c.get('log').info(
    {
      prompt_tokens: completion.promptTokens,
      completion_tokens: completion.completionTokens,
      prefix_hit_tokens,
      queue_ms,
      prefill_ms,
      decode_ms,
      ...content,
    },
    'completed',
  )
}
