import type { Failure } from '../../../schema/api/errors.ts'
import type { Judgment } from '../../../schema/api/judgments.ts'
import type { JudgmentSource } from '../../cache/cache-status.ts'
import type { LimitReport } from '../../limits/limits.ts'

/** Where the time went inside the object, in milliseconds, for `Server-Timing`. */
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

/** How a command ended: with a judgment, or with a failure that has a code. */
export type JudgeOutcome = Judged | Unjudged

/** How a streamed command begins: an outcome without text, or a stream of events. */
export type StreamStart<Outcome> = Outcome | { events: ReadableStream<Uint8Array> }

/** How a chat completion ended: whole, with the node's answer where it was not streamed. */
export type ChatOutcome = { completion: Record<string, unknown> | null; limits?: LimitReport } | Unjudged
