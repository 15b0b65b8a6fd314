import { problemBody } from '../../schema/api/error-body.ts'
import { type Failure, FailureError, reason } from '../../schema/api/errors.ts'
import type { JudgmentRequest } from '../../schema/api/judgment-request.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import { missStatus } from '../cache/cache-status.ts'
import type { GatewayContext } from '../http/context.ts'
import { eventStream, eventStreamHeaders, eventText } from '../http/event-stream.ts'
import { readerLanguage } from '../http/reader-language.ts'
import { callTenant } from '../http/tenant-call.ts'
import type { JudgeCommand } from './command.ts'
import { prepare, retryIfModelChanged } from './create-judgment.ts'
import { type Answer, answerHeaders, cachedAnswer, setJudgmentIds, toAnswer } from './judgment-answer.ts'
import { localizeJudgment } from './localize-judgment.ts'
import type { JudgeOutcome, StreamStart } from './run/outcome.ts'
import { readRunEvents } from './run/run-stream.ts'

/**
 * `POST /v1/judgments` with `stream: true`: `explanation.delta` events with the text as it is written, then
 * `judgment`, then `done`. What goes wrong before the first text and within ten seconds is an ordinary error; after that,
 * an `error` event ends the stream, and never a `done`.
 */
export function streamJudgment(c: GatewayContext, request: JudgmentRequest): Promise<Response> {
  return retryIfModelChanged(c, async () => {
    const command = (await prepare(c, request))[0]!
    const cached = await cachedAnswer(c, { ...command, model: request.model })
    if (cached !== null) return whole(c, cached)
    const start = await c.get('timing').measure('tenant', () =>
      // the stub's types lose the union of the outcome
      callTenant(c, (tenant) => tenant.streamJudgment(command) as Promise<StreamStart<JudgeOutcome>>),
    )
    if (!('events' in start)) return whole(c, toAnswer(c, command, start))
    const headers = answerHeaders({ cacheStatus: missStatus('node', false), age: null })
    return c.body(
      eventStream(c, (signal) => live(c, command, start.events, signal)),
      200,
      { ...headers, ...eventStreamHeaders },
    )
  })
}

function whole(c: GatewayContext, answer: Answer): Response {
  setJudgmentIds(c, [answer.judgment])
  return streamWhole(c, answer.judgment, answerHeaders(answer))
}

/** Streams a finished judgment, its text in one piece. */
export function streamWhole(
  c: GatewayContext,
  judgment: Judgment,
  headers: Record<string, string> = { 'cache-control': 'private, no-store' },
): Response {
  return c.body(
    eventStream(c, () => finished(c, judgment, judgment.text)),
    200,
    { ...headers, ...eventStreamHeaders },
  )
}

async function* finished(c: GatewayContext, judgment: Judgment, text: string): AsyncGenerator<string> {
  if (text !== '') yield eventText({ delta: text }, 'explanation.delta')
  yield eventText(localizeJudgment(c, judgment), 'judgment')
  yield eventText({ id: judgment.id }, 'done')
}

async function* live(
  c: GatewayContext,
  command: JudgeCommand,
  events: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    for await (const event of readRunEvents<string, JudgeOutcome>(events, signal)) {
      if ('item' in event) yield eventText({ delta: event.item }, 'explanation.delta')
      else {
        const { judgment } = toAnswer(c, command, event.outcome)
        setJudgmentIds(c, [judgment])
        yield* finished(c, judgment, '')
        return
      }
    }
    yield failed(c, streamInterrupted)
  } catch (error) {
    yield failed(c, error instanceof FailureError ? error.failure : streamInterrupted)
  }
}

function failed(c: GatewayContext, failure: Failure): string {
  c.get('logFields').code = failure.code
  return eventText(problemBody(failure, c.get('requestId'), readerLanguage(c)), 'error')
}

/** The tenant's object ended in the middle: nothing of this judgment was stored. */
export const streamInterrupted: Failure = {
  code: 'stream_interrupted',
  ...reason('judgment_interrupted'),
  source: 'gateway',
}
