import { LruMap } from '../platform/lru-map.ts'
import {
  type CachedJudgment,
  type JudgmentCache,
  judgmentTtl,
  type WrittenJudgment,
} from './judgment-cache.ts'

interface Entry extends Omit<CachedJudgment, 'layer'> {
  rememberedAt: number
  /** True if the cache behind has it too. */
  isBehind: boolean
}

interface Parts {
  behind: JudgmentCache
  /** Keeps work running after the response (`waitUntil`). */
  defer: (work: Promise<unknown>) => void
  maxCharacters?: number
}

/**
 * The isolate's memory in front of another cache. Entries expire after a minute, so that a deletion in
 * another isolate applies here soon.
 */
export class MemoryJudgmentCache implements JudgmentCache {
  readonly #behind: JudgmentCache
  readonly #defer: Parts['defer']
  readonly #entries: LruMap<string, Entry>

  constructor({ behind, defer, maxCharacters = 4_000_000 }: Parts) {
    this.#behind = behind
    this.#defer = defer
    this.#entries = new LruMap({
      max: maxCharacters,
      maxEntry: maxCharacters / 16,
      weigh: ({ json }) => json.length,
    })
  }

  async get(scope: string, fingerprint: string): Promise<CachedJudgment | null> {
    const key = toKey(scope, fingerprint)
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      if (isCurrent(entry, Date.now())) {
        const { judgment, json, storedAt } = entry
        if (!entry.isBehind) {
          entry.isBehind = true
          this.#defer(this.#behind.put(scope, fingerprint, entry))
        }
        return { judgment, json, storedAt, layer: 'memory' }
      }
      this.#entries.delete(key)
    }
    const found = await this.#behind.get(scope, fingerprint)
    if (found !== null) this.#remember(key, found, true)
    return found
  }

  /** The judgment if this isolate's memory has it and the cache behind need not be told. */
  recall(scope: string, fingerprint: string): CachedJudgment | null {
    const entry = this.#entries.get(toKey(scope, fingerprint))
    if (entry === undefined || !entry.isBehind || !isCurrent(entry, Date.now())) return null
    const { judgment, json, storedAt } = entry
    return { judgment, json, storedAt, layer: 'memory' }
  }

  /**
   * Keeps a judgment in memory only, and in the cache behind once it is asked for again: most never are, and a
   * write to the cache behind is two fifths of the cost of a miss.
   */
  keep(scope: string, fingerprint: string, written: WrittenJudgment): void {
    this.#remember(toKey(scope, fingerprint), { ...written, storedAt: Date.now() }, false)
  }

  async put(scope: string, fingerprint: string, written: WrittenJudgment): Promise<void> {
    this.#remember(toKey(scope, fingerprint), { ...written, storedAt: Date.now() }, true)
    await this.#behind.put(scope, fingerprint, written)
  }

  async delete(scope: string, fingerprint: string): Promise<void> {
    this.#entries.delete(toKey(scope, fingerprint))
    await this.#behind.delete(scope, fingerprint)
  }

  #remember(
    key: string,
    { judgment, json, storedAt }: Omit<CachedJudgment, 'layer'>,
    isBehind: boolean,
  ): void {
    this.#entries.set(key, { judgment, json, storedAt, isBehind, rememberedAt: Date.now() })
  }
}

const memoryMs = 60_000

const isCurrent = ({ rememberedAt, storedAt }: Entry, now: number) =>
  now - rememberedAt < memoryMs && now - storedAt < judgmentTtl * 1000

const toKey = (scope: string, fingerprint: string) => `${scope}/${fingerprint}`
