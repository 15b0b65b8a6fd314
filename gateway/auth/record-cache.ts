import { withTimeout } from '../platform/control-database.ts'
import { LruMap } from '../platform/lru-map.ts'
import { logUnexpected } from '../platform/unexpected.ts'

/** Lifetime of a cached record: the maximum delay of a revocation. */
const trustedForMs = 4_000
/** Lifetime of a cached record while the storage does not answer. */
const survivesOutageMs = 10 * 60_000
const maxRecords = 10_000

interface Entry<T> {
  value: T
  /** When the read began; an answer is as old as its question. */
  readAt: number
  /** When a failed read is tried again, where one failed since. */
  retryAt: number | null
}

/**
 * Records of the control database as this isolate last read them: trusted for seconds, and for minutes while
 * the storage is slow or down. A clock that was put back makes a record stale, never trusted for longer.
 */
export class RecordCache<T> {
  readonly #read: (id: string) => Promise<T>
  readonly #now: () => number
  readonly #work: string
  readonly #entries = new LruMap<string, Entry<T>>({ max: maxRecords })

  /** `work` names the lookup in the log when the storage fails. */
  constructor(parts: { read: (id: string) => Promise<T>; now: () => number; work: string }) {
    this.#read = parts.read
    this.#now = parts.now
    this.#work = parts.work
  }

  /** The record as it was last read, however long ago; undefined where none was found or none is remembered. */
  peek(id: string): T | undefined {
    return this.#entries.get(id)?.value
  }

  /** Returns whether `get` answers without a read. */
  isFresh(id: string): boolean {
    const entry = this.#entries.get(id)
    return entry !== undefined && this.#isTrusted(entry)
  }

  /** The record, read again where it is stale. Throws where the storage fails and nothing usable is known. */
  async get(id: string): Promise<T> {
    const known = this.#entries.get(id)
    if (known !== undefined && this.#isTrusted(known)) return known.value
    const readAt = this.#now()
    try {
      const value = await withTimeout(this.#read(id))
      this.#entries.set(id, { value, readAt, retryAt: null })
      return value
    } catch (error) {
      if (known?.value === undefined || age(known, this.#now()) > survivesOutageMs) throw error
      logUnexpected(error, { work: this.#work })
      known.retryAt = this.#now() + trustedForMs
      return known.value
    }
  }

  clear(): void {
    this.#entries.clear()
  }

  #isTrusted(entry: Entry<T>): boolean {
    const now = this.#now()
    if (age(entry, now) < trustedForMs) return true
    return entry.retryAt !== null && now < entry.retryAt && entry.retryAt - now <= trustedForMs
  }
}

/** Age of an entry; infinite when the clock was set back before its read. */
const age = ({ readAt }: Entry<unknown>, now: number) => (now < readAt ? Infinity : now - readAt)
