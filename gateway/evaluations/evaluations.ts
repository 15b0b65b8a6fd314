import type { Failure } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluations.ts'
import type { PauseReason, WorkBounds } from '../../schema/api/queued-work.ts'
import type { LeaderboardEntry } from '../../schema/api/reports.ts'
import type { Preview } from '../../schema/evaluation-input/preview.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import { mayBeTheRequest } from '../jobs/attempts.ts'
import type { Pause } from '../jobs/pause.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'
import type { JudgeCommand } from '../judging/command.ts'
import type { JudgeOutcome } from '../judging/run/outcome.ts'
import type { Semaphore } from '../platform/semaphore.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { Dispatcher, settledOf } from './dispatcher.ts'
import { type EvaluationRecord, EvaluationStore } from './evaluation-store.ts'
import { readFailures } from './failures-query.ts'
import { leaderboardOf } from './leaderboard.ts'
import { countPairs, type Side } from './pairs-query.ts'
import { pageResults, type ResultPage, type ResultPlace } from './results-query.ts'
import { type NewRow, type PendingJudgment, RowStore } from './row-store.ts'
import { countsOfTallies } from './tallies/counts-of-tallies.ts'
import { TallyStore } from './tallies/tally-store.ts'
import type { EvaluationWork } from './work.ts'

/** An upload that has not moved for so long has broken off. */
const uploadMs = 15 * 60_000

interface EvaluationsParts {
  database: TenantDatabase
  storage: DurableObjectStorage
  queue: Queue<EvaluationWork>
  judge: (command: JudgeCommand) => Promise<JudgeOutcome>
  /** What the evaluations and batches of the tenant share of what may run at a time. */
  semaphore: Semaphore
  pause: Pause
  quota: StorageQuota
  now: () => number
}

/** What a worker of the queue is given to do. */
export interface TakenWork {
  keyId: string
  options: EvaluationOptions
  pending: PendingJudgment[]
}

/** An evaluation with what is not its own: whether the tenant's work stands still. */
export interface ShownEvaluation extends EvaluationRecord {
  pausedBecause: PauseReason | null
}

const tenantKey = 'evaluations-tenant'

/** The evaluations of one tenant, inside its object: everything about them happens here, one step at a time. */
export class Evaluations {
  readonly #parts: EvaluationsParts
  readonly #store: EvaluationStore
  readonly #rows: RowStore
  readonly #tallies: TallyStore
  readonly #dispatcher: Dispatcher
  /** Judgments under way in this object, by evaluation. */
  readonly #underWay = new Map<string, number>()

  constructor(parts: EvaluationsParts) {
    this.#parts = parts
    this.#store = new EvaluationStore(parts.database)
    this.#tallies = new TallyStore(parts.database)
    this.#rows = new RowStore(parts.database, this.#tallies)
    const { storage, queue, pause, now } = parts
    const tenantId = () => storage.kv.get<string>(tenantKey) ?? ''
    this.#dispatcher = new Dispatcher({
      tenantId,
      store: this.#store,
      rows: this.#rows,
      queue,
      storage,
      pause,
      now,
    })
  }

  /** Begins an upload; answers a failure when the tenant has no room left. */
  async open(
    tenantId: string,
    id: string,
    keyId: string,
    options: EvaluationOptions,
  ): Promise<Failure | null> {
    const full = this.#parts.quota.refusal()
    if (full !== null) return full
    this.#parts.storage.kv.put(tenantKey, tenantId)
    this.#store.open(id, keyId, options, this.#parts.now())
    await this.#dispatcher.keepWatch()
    return null
  }

  /** Keeps the next rows of an upload; answers a failure when the tenant has no room left. */
  append(id: string, rows: NewRow[]): Failure | null {
    const full = this.#parts.quota.refusal()
    if (full === null) this.#rows.append(id, rows, this.#parts.now())
    return full
  }

  /** Everything has arrived: the work begins. */
  async seal(id: string, preview: Preview, fileSha256: string): Promise<ShownEvaluation> {
    const dataset = (await sha256Hex(this.#rows.questionDigests(id).join(' '))).slice(0, 16)
    this.#parts.storage.transactionSync(() => {
      this.#rows.layOut(id, this.#store.get(id)!.options.repeats)
      this.#store.start(id, preview, fileSha256, dataset, this.#parts.now())
    })
    await this.#dispatcher.fill(id)
    await this.#dispatcher.keepWatch()
    return this.get(id)!
  }

  remove(id: string): boolean {
    const known = this.#store.get(id) !== null
    this.#parts.storage.transactionSync(() => {
      this.#rows.remove(id)
      this.#store.remove(id)
    })
    return known
  }

  get(id: string): ShownEvaluation | null {
    const evaluation = this.#store.get(id)
    return evaluation === null || evaluation.status === 'receiving' ? null : this.#shown(evaluation)
  }

  page(limit: number, after: string | undefined): { data: ShownEvaluation[]; hasMore: boolean } {
    const records = this.#store.page(limit + 1, after).map((record) => this.#shown(record))
    return { data: records.slice(0, limit), hasMore: records.length > limit }
  }

  #shown(record: EvaluationRecord): ShownEvaluation {
    return { ...record, pausedBecause: record.status === 'running' ? this.#parts.pause.reason : null }
  }

  lastRate(model: string): number | null {
    return this.#store.lastRate(model)
  }

  /** Stops the evaluation that a piece of work belongs to, unless it was begun anew since. */
  stop({ evaluationId, generation }: EvaluationWork): void {
    if (this.#store.progress(evaluationId)?.generation === generation) this.cancel(evaluationId)
  }

  /** Stops a running evaluation; what is under way is finished and kept. */
  cancel(id: string): ShownEvaluation | null {
    if (this.#store.progress(id)?.status === 'running') {
      this.#store.finish(id, 'cancelled', this.counts(id), this.#parts.now())
    }
    return this.get(id)
  }

  /** Goes on with what a cancelled evaluation left, and tries once more what failed, under the key that asks. */
  async resume(id: string, keyId: string, bounds: WorkBounds): Promise<ShownEvaluation | null> {
    const evaluation = this.get(id)
    if (evaluation === null || evaluation.status === 'running') return evaluation
    this.#rows.reopenFailed(id, this.#parts.now())
    const progress = this.#store.progress(id)!
    if (settledOf(progress) < progress.judgments) {
      const options = { ...evaluation.options, ...bounds }
      const progressedAt = this.#parts.now()
      const begun = { status: 'running', finishedAt: null, standings: null, progressedAt } as const
      this.#store.update(id, { ...begun, keyId, options })
      await this.#dispatcher.again(id)
      await this.#dispatcher.keepWatch()
    }
    return this.get(id)
  }

  /** Notes why the tenant's work has to wait. */
  pause(reason: PauseReason): void {
    this.#parts.pause.set(reason)
  }

  /** The pending judgments of a piece of work; null when nobody waits for them any more. */
  take({ evaluationId, generation, from, to }: EvaluationWork): TakenWork | null {
    const evaluation = this.#store.get(evaluationId)
    if (evaluation?.status !== 'running' || evaluation.generation !== generation) return null
    this.#parts.pause.release()
    this.#parts.semaphore.resize(evaluation.options.concurrent)
    const pending = this.#rows.pending(evaluationId, from, to)
    return { keyId: evaluation.keyId, options: evaluation.options, pending }
  }

  /**
   * Makes one judgment and settles it in the same step in which it is stored. Answers null, or the failure
   * and how often the judgment has failed by what may be its own fault.
   */
  async judge(
    id: string,
    position: number,
    command: JudgeCommand,
  ): Promise<{ failure: Failure; attempts: number } | null> {
    this.#underWay.set(id, (this.#underWay.get(id) ?? 0) + 1)
    try {
      // by the time its turn comes, the evaluation may be cancelled or the judgment made
      const outcome = await this.#parts.semaphore.run(async () =>
        this.#isWanted(id, position) ? this.#parts.judge(command) : null,
      )
      if (outcome === null) return null
      if ('failure' in outcome) {
        const { failure } = outcome
        return { failure, attempts: mayBeTheRequest(failure) ? this.#rows.countAttempt(id, position) : 0 }
      }
      const { verdict, rating, id: judgmentId } = outcome.judgment
      this.#rows.settle(id, position, { state: verdict, rating, judgmentId }, this.#parts.now())
    } finally {
      this.#underWay.set(id, this.#underWay.get(id)! - 1)
    }
    await this.#goOn(id)
    return null
  }

  /** Gives up what is still pending of a piece of work. */
  async giveUp(
    { evaluationId, from, to }: EvaluationWork,
    failure: Pick<Failure, 'code' | 'detail'>,
  ): Promise<void> {
    if (this.#store.progress(evaluationId)?.status !== 'running') return
    for (const position of this.#rows.pendingPositions(evaluationId, from, to)) {
      this.#rows.settle(evaluationId, position, { state: 'failed', failure }, this.#parts.now())
    }
    await this.#goOn(evaluationId)
  }

  counts(id: string): EvaluationCounts {
    if (!this.#store.get(id)!.tallied) {
      this.#parts.storage.transactionSync(() => this.#tallies.rebuild(id))
      this.#store.update(id, { tallied: true })
    }
    const failures = this.#store.get(id)!.failed === 0 ? [] : readFailures(this.#parts.database, id)
    return countsOfTallies(this.#tallies.read(id), failures)
  }

  /** The newest evaluation of the same file with the same judge under the other protocol. */
  otherProtocol(id: string): { evaluation: EvaluationRecord; counts: EvaluationCounts } | null {
    const evaluation = this.#store.otherProtocolOf(id)
    return evaluation === null ? null : { evaluation, counts: this.counts(evaluation.id) }
  }

  pairs(x: Side, y: Side): ReturnType<typeof countPairs> {
    return countPairs(this.#parts.database, x, y)
  }

  results(id: string, after: ResultPlace): ResultPage {
    return pageResults(this.#parts.database, id, after)
  }

  leaderboard(): LeaderboardEntry[] {
    return leaderboardOf(this.#store.ranked())
  }

  /** What the alarm does for evaluations. */
  async watch(): Promise<void> {
    for (const id of this.#store.outlived(this.#parts.now(), uploadMs)) this.remove(id)
    const busy = await this.#dispatcher.watch((id) => (this.#underWay.get(id) ?? 0) > 0)
    if (busy || this.#store.isReceiving()) await this.#dispatcher.keepWatch()
  }

  #isWanted(id: string, position: number): boolean {
    const isRunning = this.#store.progress(id)?.status === 'running'
    return isRunning && this.#rows.pendingPositions(id, position, position + 1).length > 0
  }

  /** Ends the evaluation when all is settled, else keeps the queue filled. */
  async #goOn(id: string): Promise<void> {
    const evaluation = this.#store.progress(id)
    if (evaluation?.status !== 'running') return
    if (settledOf(evaluation) < evaluation.judgments) return this.#dispatcher.fill(id)
    this.#store.finish(id, 'completed', this.counts(id), this.#parts.now())
  }
}
