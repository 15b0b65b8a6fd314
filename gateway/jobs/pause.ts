import type { PauseReason } from '../../schema/api/queued-work.ts'

/** While a tenant is held, its work is offered again only so often, to see whether it may go on. */
export const pausedRetryMs = 30_000

const key = 'work-held'

/**
 * Why a tenant's evaluations and batches stand still, as the queue's consumer found it. Work that is taken again
 * shows that the reason has gone.
 */
export class Pause {
  readonly #kv: DurableObjectStorage['kv']

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv
  }

  get reason(): PauseReason | null {
    return this.#kv.get<PauseReason>(key) ?? null
  }

  set(reason: PauseReason): void {
    if (this.reason !== reason) this.#kv.put(key, reason)
  }

  release(): void {
    if (this.reason !== null) this.#kv.delete(key)
  }
}
