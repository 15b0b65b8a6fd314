import { type Failure, reason, type StoredFailure } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import type { Judgment } from '../../schema/api/judgments.ts'
import type { PauseReason } from '../../schema/api/pause-reasons.ts'
import type { JudgedWeights } from '../../schema/db/evaluations.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { WaitingItem } from '../jobs/chunk.ts'
import type { Job, JobKind, RunningJob } from '../jobs/job.ts'
import type { JudgeCommand } from '../judging/command.ts'
import type { JudgeOutcome } from '../judging/run/outcome.ts'
import type { MadeJudgment, RecordJudgment } from '../judging/store/record-judgments.ts'
import { LruMap } from '../platform/lru-map.ts'
import { MicroBatch } from '../platform/micro-batch.ts'
import { countFinished } from './count-finished.ts'
import type { EvaluationRecord, EvaluationStore } from './evaluation-store.ts'
import { scoreModels, scoreOverall } from './model-scores.ts'
import type { ItemOutcome, PendingJudgment, RowStore } from './row-store.ts'
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
  judge: (command: JudgeCommand, record: RecordJudgment) => Promise<JudgeOutcome>
  record: (made: readonly MadeJudgment[]) => void
  counts: (id: string) => EvaluationCounts
  transaction: (work: () => void) => void
  /** Records that an evaluation ended, for its notifications. */
  noteEnd: (ended: EvaluationRecord, status: 'completed' | 'cancelled') => void
  now: () => number
}

/** The position of a judgment in its evaluation, and the weights requested for it. */
interface JudgedPlace {
  id: string
  position: number
  weightsName: string
}

type WeightsBinding = Pick<EvaluationOptions, 'onWeightsChange'> & Pick<EvaluationRecord, 'weightsDigest'>

interface JudgedItem extends JudgedPlace {
  judgment: Judgment
  /** Null for a judgment that is stored already. */
  made: MadeJudgment | null
}

/** Evaluations as the job runner sees them: an item is one judgment of a row. */
export class EvaluationJob implements JobKind<TakenJudgments, JudgeCommand> {
  readonly #parts: EvaluationJobParts
  readonly #outcomes: MicroBatch<JudgedItem>
  /** The weights that evaluations are bound to, read with each chunk and moved with each judgment. */
  readonly #bindings = new LruMap<string, WeightsBinding>({ max: 64 })
  #inFlight = 0

  constructor(parts: EvaluationJobParts) {
    this.#parts = parts
    this.#outcomes = new MicroBatch({
      write: (judged) => this.#write(judged),
      inFlight: () => this.#inFlight,
    })
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
    this.#bindings.set(id, { weightsDigest, onWeightsChange: options.onWeightsChange })
    return { options, weightsDigest, auditId, pending: this.#parts.rows.pending(id, from, to) }
  }

  async run(id: string, position: number, command: JudgeCommand): Promise<Failure | null> {
    const weightsName = toWeightsName(command.candidates[0])
    if (!this.#mayUse(id, weightsName)) {
      return { code: 'model_changed', ...reason('other_weights'), source: 'gateway' }
    }
    this.#inFlight += 1
    try {
      return await this.#run({ id, position, weightsName }, command)
    } finally {
      this.#inFlight -= 1
    }
  }

  fail(id: string, position: number, failure: Failure): void {
    const settlement = { position, state: 'failed', failure: toStored(failure) } as const
    this.#parts.rows.settle(id, [settlement], null, this.#parts.now())
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

  async #run(place: JudgedPlace, command: JudgeCommand): Promise<Failure | null> {
    let isSettled = false
    const outcome = await this.#parts.judge(command, async (made) => {
      await this.#outcomes.add({ ...place, judgment: made.judgment, made })
      isSettled = true
    })
    if ('failure' in outcome) return outcome.failure
    // stored before, or made by a run that another request began
    if (!isSettled) await this.#outcomes.add({ ...place, judgment: outcome.judgment, made: null })
    return null
  }

  /** Records judgments and settles their rows, all or none. */
  #write(judged: readonly JudgedItem[]): void {
    const { rows, record, transaction, now } = this.#parts
    const byEvaluation = Map.groupBy(judged, ({ id }) => id)
    transaction(() => {
      record(judged.map(({ made }) => made).filter((made) => made !== null))
      for (const [id, same] of byEvaluation) {
        rows.settle(id, same.map(toItemOutcome), same[0]!.weightsName, now())
      }
    })
    for (const [id, same] of byEvaluation) this.#bind(id, same[0]!.weightsName)
  }

  #mayUse(id: string, weights: string): boolean {
    const binding = this.#bindings.get(id) ?? this.#parts.store.progress(id)
    if (binding === null || binding.weightsDigest === null) return true
    return binding.weightsDigest === weights || binding.onWeightsChange === 'continue'
  }

  /** Judgments bind their evaluation to its weights, unless it was bound before. */
  #bind(id: string, weightsName: string): void {
    const binding = this.#bindings.get(id)
    if (binding?.weightsDigest === null) this.#bindings.set(id, { ...binding, weightsDigest: weightsName })
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

function toItemOutcome({ position, judgment }: JudgedItem): ItemOutcome {
  const { verdict, rating, id: judgmentId, provenance, rating_probabilities } = judgment
  const expected = rating_probabilities?.mean ?? null
  const weights: JudgedWeights = [provenance.weights_digest, provenance.precision, provenance.provider]
  return { position, state: verdict, rating, expected, judgmentId, weights }
}

const toStored = ({ code, reason, params, errors }: Failure): StoredFailure => ({
  code,
  reason,
  ...(params && { params }),
  ...(errors && { errors }),
})
