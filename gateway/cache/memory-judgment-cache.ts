import {
  type CachedJudgment,
  type JudgmentCache,
  judgmentTtl,
  type WrittenJudgment,
} from './judgment-cache.ts'

interface Entry extends Omit<CachedJudgment, 'layer'> {
  rememberedAt: number
  /** Whether the cache behind has it too. */
  isBehind: boolean
}

interface Parts {
  behind: JudgmentCache
  /** Lets work outlive the answer. */
  defer: (work: Promise<unknown>) => void
  maxCharacters?: number
}

/**
 * A bounded memory of this isolate in front of another cache: the least recently used entries go first,
 * and an entry lives for a minute at most, so that a deletion elsewhere is soon seen here.
 */
export class MemoryJudgmentCache implements JudgmentCache {
  readonly #behind: JudgmentCache
  readonly #defer: Parts['defer']
  readonly #maxCharacters: number
  readonly #entries = new Map<string, Entry>()
  #characters = 0

  constructor({ behind, defer, maxCharacters = 4_000_000 }: Parts) {
    this.#behind = behind
    this.#defer = defer
    this.#maxCharacters = maxCharacters
  }

  async get(tenantId: string, fingerprint: string): Promise<CachedJudgment | null> {
    const key = keyOf(tenantId, fingerprint)
    const entry = this.#entries.get(key)
    if (entry !== undefined) {
      const now = Date.now()
      if (now - entry.rememberedAt < memoryMs && now - entry.storedAt < judgmentTtl * 1000) {
        this.#entries.delete(key)
        this.#entries.set(key, entry)
        const { judgment, json, storedAt } = entry
        if (!entry.isBehind) {
          entry.isBehind = true
          this.#defer(this.#behind.put(tenantId, fingerprint, entry))
        }
        return { judgment, json, storedAt, layer: 'memory' }
      }
      this.#forget(key)
    }
    const found = await this.#behind.get(tenantId, fingerprint)
    if (found !== null) this.#remember(key, found, true)
    return found
  }

  /**
   * Keeps a judgment that nobody has asked for twice: here, and behind when it is asked for again. Most
   * are not, and a write to the cache behind is two fifths of what a miss costs.
   */
  keep(tenantId: string, fingerprint: string, written: WrittenJudgment): void {
    this.#remember(keyOf(tenantId, fingerprint), { ...written, storedAt: Date.now() }, false)
  }

  async put(tenantId: string, fingerprint: string, written: WrittenJudgment): Promise<void> {
    this.#remember(keyOf(tenantId, fingerprint), { ...written, storedAt: Date.now() }, true)
    await this.#behind.put(tenantId, fingerprint, written)
  }

  async delete(tenantId: string, fingerprint: string): Promise<void> {
    this.#forget(keyOf(tenantId, fingerprint))
    await this.#behind.delete(tenantId, fingerprint)
  }

  #remember(
    key: string,
    { judgment, json, storedAt }: Omit<CachedJudgment, 'layer'>,
    isBehind: boolean,
  ): void {
    this.#forget(key)
    if (json.length > this.#maxCharacters / 16) return
    this.#entries.set(key, { judgment, json, storedAt, isBehind, rememberedAt: Date.now() })
    this.#characters += json.length
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= this.#maxCharacters) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#characters -= entry.json.length
  }
}

const memoryMs = 60_000

const keyOf = (tenantId: string, fingerprint: string) => `${tenantId}/${fingerprint}`
