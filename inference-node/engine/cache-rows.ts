import { chooseMove, type RowState } from './scheduling/policy.ts'

/** The contents and owner of each row of the KV cache, and which rows are in use. Bounded by the rows themselves. */
export class CacheRows {
  readonly #states: RowState[]
  #clock = 0

  constructor(rows: number) {
    this.#states = Array.from({ length: rows }, () => emptyRow)
  }

  get states(): readonly RowState[] {
    return this.#states
  }

  /** Prompt tokens whose keys and values are in a row. */
  cachedTokens(row: number): number {
    return this.#states[row]!.cached.length
  }

  /** @param content the prompt tokens that are in the row already, and whose they are */
  occupy(row: number, content: Pick<RowState, 'cached' | 'tenant' | 'publicTokens'>): void {
    this.#states[row] = { ...content, occupied: true, lastUsed: ++this.#clock }
  }

  /** Records the computed prompt tokens. Answers are left out: decode steps round otherwise than prefill. */
  cache(row: number, cached: readonly number[]): void {
    this.#states[row] = { ...this.#states[row]!, cached }
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

const emptyRow: RowState = { cached: [], tenant: '', publicTokens: 0, occupied: false, lastUsed: 0 }
