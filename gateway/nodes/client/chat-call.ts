import { reason } from '../../../schema/api/errors.ts'
import type { ServedModel } from '../served-model.ts'
import { maxAnswerBytes, parseJson, readBounded } from './bounded-body.ts'
import { CallDeadline, type TimeLimits } from './call-deadline.ts'
import { type NodeChunk, type NodeCompletion, nodeChunk, nodeCompletion, nodeRefusal } from './chat-wire.ts'
import { Completeness } from './completeness.ts'
import type { DeadlineTimer } from './deadline-timer.ts'
import { readEventData } from './event-stream.ts'
import { CallAborted, NodeFailure, unusable } from './node-failure.ts'
import { nodeHeaders } from './node-headers.ts'
import { isReachable } from './node-probe.ts'
import type { NodeTransport } from './node-transport.ts'
import { toNodeFailure } from './refusal.ts'

/** One call of `/v1/chat/completions` on one node. */
export interface ChatCall {
  transport: NodeTransport
  served: ServedModel
  /** The request without `model` and `stream`. */
  body: Record<string, unknown>
  requestId: string
  traceparent: string | undefined
  /** Opaque name of the tenant, for the node's fairness between tenants. */
  tenant: string
  limits: TimeLimits
  deadlines: DeadlineTimer
  /** Aborted when every client has disconnected. */
  signal: AbortSignal | undefined
}

/** The whole completion, or a {@link NodeFailure}. */
export async function requestCompletion(call: ChatCall): Promise<NodeCompletion> {
  const deadline = new CallDeadline(call.deadlines, call.limits.totalMs, call.signal)
  let answered = false
  try {
    deadline.startStep(call.limits.answerMs)
    const response = await send(call, deadline, call.body)
    answered = true
    deadline.startStep(call.limits.bodyMs)
    const text = await readBounded(response)
    if (text === null) throw unusable(reason('node_answer_unreadable'))
    const parsed = nodeCompletion.safeParse(parseJson(text))
    if (!parsed.success) throw unusable(reason('node_not_completion'))
    checkProvenance(call.served, parsed.data)
    if (parsed.data.choices.some(({ finish_reason }) => finish_reason === null)) throw interrupted()
    return parsed.data
  } catch (error) {
    throw await toCallError(error, deadline, call, answered)
  } finally {
    deadline.stop()
  }
}

/**
 * Yields the chunks of a completion until the node's end mark or, for servers that send none, the end of the body.
 * Throws when a choice has no finish reason by then, so that a cut stream never looks complete.
 */
export async function* requestChunks(call: ChatCall): AsyncGenerator<NodeChunk> {
  const deadline = new CallDeadline(call.deadlines, call.limits.totalMs, call.signal)
  const completeness = new Completeness()
  let answered = false
  try {
    deadline.startStep(call.limits.firstEventMs)
    const body = { ...call.body, stream: true, stream_options: { include_usage: true } }
    const response = await send(call, deadline, body)
    answered = true
    if (!/^text\/event-stream/i.test(response.headers.get('content-type') ?? '') || response.body === null) {
      await response.body?.cancel()
      throw unusable(reason('node_not_stream'))
    }
    for await (const data of readEventData(response.body, maxAnswerBytes)) {
      if (data === '[DONE]') break
      const event = parseJson(data)
      if (nodeRefusal.safeParse(event).success) throw unusable(reason('node_stream_error'))
      const parsed = nodeChunk.safeParse(event)
      if (!parsed.success) throw unusable(reason('node_not_chunk'))
      checkProvenance(call.served, parsed.data)
      completeness.add(parsed.data)
      yield parsed.data
      deadline.startStep(call.limits.betweenEventsMs)
    }
    if (!completeness.isComplete) throw interrupted()
  } catch (error) {
    throw await toCallError(error, deadline, call, answered)
  } finally {
    // leaving early, by an error or because the reader has enough, ends the node's work too
    deadline.stop()
    deadline.cancel()
  }
}

/** An answer that does not say how it ended is not known to be whole. */
const interrupted = () => unusable(reason('node_no_finish'), 'stream_interrupted')

async function send(
  call: ChatCall,
  deadline: CallDeadline,
  body: Record<string, unknown>,
): Promise<Response> {
  const { served } = call
  const response = await call.transport(served.node, {
    method: 'POST',
    path: '/v1/chat/completions',
    headers: nodeHeaders(served.node, {
      'content-type': 'application/json',
      'x-request-id': call.requestId,
      traceparent: call.traceparent,
      'x-keval-tenant': served.extensions ? call.tenant : undefined,
    }),
    body: JSON.stringify({ model: served.id, ...body }),
    signal: deadline.signal,
  })
  if (!response.ok) throw await toNodeFailure(response, Date.now())
  return response
}

/** Rejects an answer for another model, or with other weights than the node announced. */
function checkProvenance(served: ServedModel, answer: NodeCompletion | NodeChunk): void {
  if (!isFor(answer.model, served.id)) {
    throw unusable(reason('node_other_model'))
  }
  const digest = answer.keval?.weights_digest
  if (digest != null && served.weightsDigest !== null && digest !== served.weightsDigest) {
    throw new NodeFailure(
      { code: 'model_changed', ...reason('model_changed'), source: 'node', retryAfter: 1 },
      { retry: 'nowhere', fault: false },
    )
  }
}

async function toCallError(
  error: unknown,
  deadline: CallDeadline,
  call: ChatCall,
  answered: boolean,
): Promise<Error> {
  if (error instanceof NodeFailure) return error
  if (call.signal?.aborted) return new CallAborted()
  if (deadline.expired) return unusable(reason('node_time_limit'), 'node_timeout')
  if (answered) return unusable(reason('node_connection_broke'), 'stream_interrupted')
  // a node that is down and one that dropped this request alone look the same from here
  if (await isReachable(call.transport, call.served.node)) {
    return new NodeFailure(
      { code: 'stream_interrupted', ...reason('node_dropped'), source: 'node' },
      { retry: 'anywhere', fault: 'alive' },
    )
  }
  return new NodeFailure(
    { code: 'no_node_available', ...reason('node_unreachable'), source: 'node', retryAfter: 5 },
    { retry: 'anywhere', fault: true },
  )
}

/** Some servers leave the model out, some add the revision they took: `name@main`. */
const isFor = (answered: string | null | undefined, asked: string) =>
  answered == null || answered === '' || answered === asked || answered.startsWith(`${asked}@`)
