import type { Judgment } from '../../schema/api/judgments.ts'
import { type CachedJudgment, type JudgmentCache, judgmentTtl } from './judgment-cache.ts'

interface Entry {
  judgment: Judgment
  storedAt: number
  characters: number
}

/**
 * A bounded memory of this isolate in front of another cache: the least recently used entries go first,
 * and an entry lives for a minute at most, so that a deletion elsewhere is soon seen here.
 */
export class MemoryJudgmentCache implements JudgmentCache {
  readonly #behind: JudgmentCache
  readonly #maxCharacters: number
  readonly #entries = new Map<string, Entry & { rememberedAt: number }>()
  #characters = 0

  constructor(behind: JudgmentCache, maxCharacters = 16_000_000) {
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
        return { judgment: entry.judgment, storedAt: entry.storedAt, layer: 'memory' }
      }
      this.#forget(key)
    }
    const found = await this.#behind.get(tenantId, fingerprint)
    if (found !== null) this.#remember(key, found.judgment, found.storedAt)
    return found
  }

  async put(tenantId: string, fingerprint: string, judgment: Judgment): Promise<void> {
    this.#remember(keyOf(tenantId, fingerprint), judgment, Date.now())
    await this.#behind.put(tenantId, fingerprint, judgment)
  }

  async delete(tenantId: string, fingerprint: string): Promise<void> {
    this.#forget(keyOf(tenantId, fingerprint))
    await this.#behind.delete(tenantId, fingerprint)
  }

  #remember(key: string, judgment: Judgment, storedAt: number): void {
    this.#forget(key)
    const characters = JSON.stringify(judgment).length
    if (characters > this.#maxCharacters / 16) return
    this.#entries.set(key, { judgment, storedAt, characters, rememberedAt: Date.now() })
    this.#characters += characters
    for (const oldest of this.#entries.keys()) {
      if (this.#characters <= this.#maxCharacters) break
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#characters -= entry.characters
  }
}

const memoryMs = 60_000

const keyOf = (tenantId: string, fingerprint: string) => `${tenantId}/${fingerprint}`
