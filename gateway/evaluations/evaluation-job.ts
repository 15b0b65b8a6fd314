import { type Failure, reason, type StoredFailure } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import type { PauseReason } from '../../schema/api/pause-reasons.ts'
import type { JudgedWeights } from '../../schema/db/evaluations.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { WaitingItem } from '../jobs/chunk.ts'
import type { Job, JobKind, RunningJob } from '../jobs/job.ts'
import type { JudgeCommand } from '../judging/command.ts'
import type { JudgeOutcome } from '../judging/run/outcome.ts'
import { countFinished } from './count-finished.ts'
import type { EvaluationRecord, EvaluationStore } from './evaluation-store.ts'
import { scoreModels, scoreOverall } from './model-scores.ts'
import type { PendingJudgment, RowStore } from './row-store.ts'
import { toWeightsName } from './weights.ts'

/** The input from which a consumer prepares a chunk of judgments. */
export interface TakenJudgments {
  options: EvaluationOptions
  /** The weights that it began with; null before its first judgment. */
  weightsDigest: string | null
  /** The audit whose cases are judged; null for an evaluation of its own. */
  auditId: string | null
  pending: PendingJudgment[]
}

interface EvaluationJobParts {
  store: EvaluationStore
  rows: RowStore
  judge: (command: JudgeCommand) => Promise<JudgeOutcome>
  counts: (id: string) => EvaluationCounts
  transaction: (work: () => void) => void
  /** Records that an evaluation ended, for its notifications. */
  noteEnd: (ended: EvaluationRecord, status: 'completed' | 'cancelled') => void
  now: () => number
}

/** Evaluations as the job runner sees them: an item is one judgment of a row. */
export class EvaluationJob implements JobKind<TakenJudgments, JudgeCommand> {
  readonly #parts: EvaluationJobParts

  constructor(parts: EvaluationJobParts) {
    this.#parts = parts
  }

  running(): RunningJob[] {
    const running = this.#parts.store.running()
    return running.map((job) => ({ ...job, pendingItems: job.judgments - countFinished(job) }))
  }

  find(id: string): Job | null {
    const evaluation = this.#parts.store.progress(id)
    return evaluation?.status === 'running' ? evaluation : null
  }

  update(id: string, change: Partial<Pick<Job, 'generation' | 'pausedBecause' | 'enqueuedAt'>>): void {
    this.#parts.store.update(id, change)
  }

  waiting(id: string, from: number, limit: number): WaitingItem[] {
    return this.#parts.rows.waiting(id, from, limit)
  }

  take(id: string, from: number, to: number): TakenJudgments {
    const { options, weightsDigest, auditId } = this.#parts.store.get(id)!
    return { options, weightsDigest, auditId, pending: this.#parts.rows.pending(id, from, to) }
  }

  isPending(id: string, position: number): boolean {
    return this.#parts.rows.isPending(id, position)
  }

  async run(id: string, position: number, command: JudgeCommand): Promise<Failure | null> {
    const { rows, store, judge, now } = this.#parts
    const weights = toWeightsName(command.candidates[0])
    if (!this.#mayUse(id, weights)) {
      return { code: 'model_changed', ...reason('other_weights'), source: 'gateway' }
    }
    const outcome = await judge(command)
    if ('failure' in outcome) return outcome.failure
    const { verdict, rating, id: judgmentId, provenance, rating_probabilities } = outcome.judgment
    const expected = rating_probabilities?.mean ?? null
    const judgedBy: JudgedWeights = [provenance.weights_digest, provenance.precision, provenance.provider]
    rows.settle(id, position, { state: verdict, rating, expected, judgmentId, weights: judgedBy }, now())
    if (store.progress(id)?.weightsDigest === null) store.update(id, { weightsDigest: weights })
    return null
  }

  fail(id: string, position: number, failure: Failure): void {
    const settlement = { state: 'failed', failure: toStored(failure) } as const
    this.#parts.rows.settle(id, position, settlement, this.#parts.now())
  }

  countAttempt(id: string, position: number): number {
    return this.#parts.rows.countAttempt(id, position)
  }

  finishIfDone(id: string): boolean {
    const evaluation = this.#parts.store.progress(id)
    if (evaluation?.status !== 'running') return true
    if (countFinished(evaluation) < evaluation.judgments) return false
    this.#finish(id, 'completed')
    return true
  }

  /** Ends a running or paused evaluation; judgments in flight are still stored. */
  cancel(id: string): void {
    const status = this.#parts.store.progress(id)?.status
    if (status === 'running' || status === 'paused') this.#finish(id, 'cancelled')
  }

  pause(id: string, reason: PauseReason): void {
    this.#parts.store.update(id, { status: 'paused', pausedBecause: reason })
  }

  #mayUse(id: string, weights: string): boolean {
    const evaluation = this.#parts.store.progress(id)
    if (evaluation === null || evaluation.weightsDigest === null) return true
    return evaluation.weightsDigest === weights || evaluation.onWeightsChange === 'continue'
  }

  #finish(id: string, status: 'completed' | 'cancelled'): void {
    const { store, counts, transaction, noteEnd, now } = this.#parts
    const ended = store.get(id)!
    const counted = counts(id)
    const scores = { overallScore: scoreOverall(counted), modelScores: scoreModels(counted, ended) }
    transaction(() => {
      store.finish(id, status, scores, now())
      noteEnd(ended, status)
    })
  }
}

const toStored = ({ code, reason, params, errors }: Failure): StoredFailure => ({
  code,
  reason,
  ...(params && { params }),
  ...(errors && { errors }),
})
