import type { Failure } from '../../schema/api/errors.ts'
import type { PauseReason } from '../../schema/api/pause-reasons.ts'
import type { Grant } from '../auth/current-grant.ts'
import type { ModelCatalog } from '../nodes/registry/model-catalog.ts'
import type { WaitingItem } from './chunk.ts'
import type { Work } from './work.ts'

/** A running job as the queue sees it. */
export interface Job {
  id: string
  keyId: string
  generation: number
  /** Why it is paused; null while it is not. */
  pausedBecause: PauseReason | null
  /** Time of the last settled item, or of the start or resumption of the job. */
  progressedAt: number
  /** When its pending items were enqueued anew. */
  enqueuedAt: number | null
}

/** A running job with its items that are not settled yet. */
export interface RunningJob extends Job {
  pendingItems: number
}

/** One kind of job, inside the tenant's object: what an item is, and how its outcome is stored. */
export interface JobKind<Taken = unknown, Command = unknown> {
  running(): RunningJob[]
  /** A job by its id; null unless it runs. */
  find(id: string): Job | null
  update(id: string, change: Partial<Pick<Job, 'generation' | 'pausedBecause' | 'enqueuedAt'>>): void
  /** The next pending items from a position on. */
  waiting(id: string, from: number, limit: number): WaitingItem[]
  /** The input from which a consumer prepares the commands of a chunk. */
  take(id: string, from: number, to: number): Taken
  /** Runs an item and settles it in one step; returns null then, or why it is still pending. */
  run(id: string, position: number, command: Command): Promise<Failure | null>
  /** Settles an item as failed. */
  fail(id: string, position: number, failure: Failure): void
  /** Counts a failure that may be the item's own fault; returns the number so far. */
  countAttempt(id: string, position: number): number
  /** Ends a job whose items are all settled; returns whether it has ended. */
  finishIfDone(id: string): boolean
  cancel(id: string): void
  /** Pauses a job until it is resumed or cancelled. */
  pause(id: string, reason: PauseReason): void
}

/** An item that is ready to run, or that is refused before a node sees it. */
export type PreparedItem<Command> = { position: number } & ({ command: Command } | { failure: Failure })

/** A prepared chunk: items to run, a reason to pause the job, or a failure to retry after. */
export type Prepared<Command> =
  | { items: PreparedItem<Command>[] }
  | { pause: PauseReason }
  | { wait: Failure | null }

/** Makes the commands of a chunk, in the queue's worker, under what its tenant may use now. */
export type Prepare<Taken, Command> = (
  taken: Taken,
  context: { work: Work; grant: Grant; models: ModelCatalog },
) => Promise<Prepared<Command>>
