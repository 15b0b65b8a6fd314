import type { Judgment } from '../../schema/api/judgments.ts'
import { type CachedJudgment, type JudgmentCache, judgmentTtl } from './judgment-cache.ts'

type Entry = Omit<CachedJudgment, 'layer'>

/**
 * A bounded memory of this isolate in front of another cache: the least recently used entries go first,
 * and an entry lives for a minute at most, so that a deletion elsewhere is soon seen here.
 */
export class MemoryJudgmentCache implements JudgmentCache {
  readonly #behind: JudgmentCache
  readonly #maxCharacters: number
  readonly #entries = new Map<string, Entry & { rememberedAt: number }>()
  #characters = 0

  constructor(behind: JudgmentCache, maxCharacters = 4_000_000) {
    this.#behind = behind
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
        return { judgment, json, storedAt, layer: 'memory' }
      }
      this.#forget(key)
    }
    const found = await this.#behind.get(tenantId, fingerprint)
    if (found !== null) this.#remember(key, found)
    return found
  }

  async put(tenantId: string, fingerprint: string, judgment: Judgment): Promise<void> {
    const json = JSON.stringify(judgment)
    this.#remember(keyOf(tenantId, fingerprint), { judgment, json, storedAt: Date.now() })
    await this.#behind.put(tenantId, fingerprint, judgment)
  }

  async delete(tenantId: string, fingerprint: string): Promise<void> {
    this.#forget(keyOf(tenantId, fingerprint))
    await this.#behind.delete(tenantId, fingerprint)
  }

  #remember(key: string, { judgment, json, storedAt }: Entry): void {
    this.#forget(key)
    if (json.length > this.#maxCharacters / 16) return
    this.#entries.set(key, { judgment, json, storedAt, rememberedAt: Date.now() })
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
