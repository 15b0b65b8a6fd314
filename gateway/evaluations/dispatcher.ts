import { chunk, maxChunkItems, type Waiting } from '../jobs/chunk.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { type Pause, pausedRetryMs } from '../jobs/pause.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import type { EvaluationProgress, EvaluationStore } from './evaluation-store.ts'
import type { RowStore } from './row-store.ts'
import type { EvaluationWork } from './work.ts'

/** Most judgments of one evaluation in the queue at a time: a cancelled or stopped one leaves little behind. */
const windowSize = 10 * maxChunkItems
const lookAgainMs = 10_000
/** Without progress for so long, and with nothing running here, the messages are taken for lost. */
const stalledMs = 10_000

interface DispatcherParts {
  tenantId: () => string
  store: EvaluationStore
  rows: RowStore
  queue: Queue<EvaluationWork>
  storage: DurableObjectStorage
  pause: Pause
  now: () => number
}

/**
 * Hands the judgments of running evaluations to the queue, a window at a time, and sees to it that none is
 * forgotten: after a crash the alarm finds an evaluation without progress and hands out what is pending anew,
 * under a new generation, so that old messages that turn up later are passed over.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts

  constructor(parts: DispatcherParts) {
    this.#parts = parts
  }

  /** Fills the window of an evaluation. */
  async fill(id: string): Promise<void> {
    const { store, rows } = this.#parts
    const evaluation = store.progress(id)
    if (evaluation?.status !== 'running') return
    const { dispatched, judgments } = evaluation
    const end = Math.min(judgments, settledOf(evaluation) + windowSize)
    if (dispatched >= judgments || (end - dispatched < maxChunkItems && end < judgments)) return
    // the mark moves before the messages are sent: two calls must not send the same
    store.update(id, { dispatched: end })
    await this.#send(evaluation, rows.waiting(id, dispatched, end))
  }

  /** Hands out everything that was handed out before and is still pending, once more. */
  async again(id: string): Promise<void> {
    const { store, rows, now } = this.#parts
    const before = store.progress(id)
    if (before?.status !== 'running') return
    store.update(id, { generation: before.generation + 1, handedOutAt: now() })
    const evaluation = { ...before, generation: before.generation + 1 }
    await this.#send(evaluation, rows.waiting(id, 0, evaluation.dispatched))
    await this.fill(id)
  }

  /** Rings soon, while an evaluation runs. */
  async keepWatch(): Promise<void> {
    const { storage, now } = this.#parts
    await ensureAlarmBefore(storage, now() + lookAgainMs)
  }

  /** What the alarm does: finds evaluations that stand still. Answers whether any still runs. */
  async watch(isRunningHere: (id: string) => boolean): Promise<boolean> {
    const { store, pause, now } = this.#parts
    const running = store.running()
    const stalled = pause.reason === null ? stalledMs : pausedRetryMs
    for (const { id, progressedAt, handedOutAt } of running) {
      const movedAt = Math.max(progressedAt, handedOutAt ?? 0)
      if (now() - movedAt > stalled && !isRunningHere(id)) await this.again(id)
    }
    return running.length > 0
  }

  async #send({ id, keyId, generation }: EvaluationProgress, waiting: Waiting[]): Promise<void> {
    const tenantId = this.#parts.tenantId()
    const work = chunk(waiting).map(
      (piece): EvaluationWork => ({ tenantId, keyId, evaluationId: id, generation, ...piece }),
    )
    await enqueue(this.#parts.queue, work)
  }
}

export function settledOf({
  rated,
  wrong,
  failed,
}: Pick<EvaluationProgress, 'rated' | 'wrong' | 'failed'>): number {
  return rated + wrong + failed
}
