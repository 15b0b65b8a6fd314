import { chooseMove, type RowState } from './scheduling/policy.ts'

/** What each row of the KV cache holds, and which rows are in use. Bounded by the rows themselves. */
export class CacheRows {
  readonly #states: (RowState & { cached: readonly number[] })[]
  #clock = 0

  constructor(rows: number) {
    this.#states = Array.from({ length: rows }, () => ({ cached: [], occupied: false, lastUsed: 0 }))
  }

  get states(): readonly RowState[] {
    return this.#states
  }

  /** Prompt tokens whose keys and values stand in a row. */
  cachedTokens(row: number): number {
    return this.#states[row]!.cached.length
  }

  /** @param cached the prompt tokens that stand in the row already */
  occupy(row: number, cached: readonly number[]): void {
    this.#states[row] = { cached, occupied: true, lastUsed: ++this.#clock }
  }

  /** Notes what was computed. Answers are left out: decode steps round otherwise than prefill. */
  cache(row: number, cached: readonly number[]): void {
    this.#states[row]!.cached = cached
  }

  free(row: number): void {
    this.#states[row] = { ...this.#states[row]!, occupied: false, lastUsed: ++this.#clock }
  }

  chooseMove(): { from: number; to: number } | null {
    return chooseMove(this.#states)
  }

  /** Both rows hold the prompt afterwards; the one that was left is free. */
  move(from: number, to: number): void {
    this.#states[to] = { ...this.#states[from]! }
    this.free(from)
  }
}
