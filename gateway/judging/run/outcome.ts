import type { Failure } from '../../../schema/api/errors.ts'
import type { Judgment } from '../../../schema/api/judgments.ts'
import type { JudgmentSource } from '../../cache/cache-status.ts'
import type { LimitReport } from '../../limits/limits.ts'

/** Durations inside the object in milliseconds, for `Server-Timing`. */
export interface RunTiming {
  limits: number
  queue: number | null
  node: number
  store: number
}

export interface Judged {
  judgment: Judgment
  source: JudgmentSource
  limits?: LimitReport
  timing?: RunTiming
}

export interface Unjudged {
  failure: Failure
  limits?: LimitReport
}

/** The outcome of a command: a judgment or a failure. */
export type JudgeOutcome = Judged | Unjudged

/** The start of a streamed command: an outcome without text, or a stream of events. */
export type StreamStart<Outcome> = Outcome | { events: ReadableStream<Uint8Array> }

/** The outcome of a chat completion, with the node's answer unless it was streamed. */
export type ChatOutcome = { completion: Record<string, unknown> | null; limits?: LimitReport } | Unjudged
