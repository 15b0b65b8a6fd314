import { type CacheSizes, type RowCopies, toLayer } from './row-copies.ts'

/** A KV cache whose bytes this process can reach: keys and values of each layer, each a tensor of its own. */
export class HostCache implements RowCopies {
  readonly #tensors: readonly Uint8Array[]
  readonly #sizes: CacheSizes

  constructor(tensors: readonly Uint8Array[], sizes: CacheSizes) {
    this.#tensors = tensors
    this.#sizes = sizes
  }

  /** Copies the first `tokens` tokens of one row into another. */
  copyRow(from: number, to: number, tokens: number): void {
    this.#copy(this.#tensors, from, to, tokens)
  }

  /** The same in one layer alone. */
  copyLayer(layer: number, from: number, to: number, tokens: number): void {
    this.#copy(toLayer(this.#tensors, layer), from, to, tokens)
  }

  #copy(tensors: readonly Uint8Array[], from: number, to: number, tokens: number): void {
    const bytes = tokens * this.#sizes.tokenBytes
    for (const tensor of tensors)
      for (let head = 0; head < this.#sizes.heads; head++) {
        const source = this.#place(from, head)
        tensor.copyWithin(this.#place(to, head), source, source + bytes)
      }
  }

  /**
   * A step in which some rows are idle: they compute a token in place of their first, for that costs least, and get
   * back what stood there.
   */
  async withIdleRows<Result>(rows: readonly number[], step: () => Promise<Result>): Promise<Result> {
    const held = rows.map((row) => this.#firstToken(row))
    try {
      return await step()
    } finally {
      rows.forEach((row, index) => {
        this.#putFirstToken(row, held[index]!)
      })
    }
  }

  /** All heads of all tensors, one behind the other. */
  #firstToken(row: number): Uint8Array {
    const { heads, tokenBytes } = this.#sizes
    const held = new Uint8Array(this.#tensors.length * heads * tokenBytes)
    this.#tensors.forEach((tensor, index) => {
      for (let head = 0; head < heads; head++) {
        const place = this.#place(row, head)
        held.set(tensor.subarray(place, place + tokenBytes), (index * heads + head) * tokenBytes)
      }
    })
    return held
  }

  #putFirstToken(row: number, held: Uint8Array): void {
    const { heads, tokenBytes } = this.#sizes
    this.#tensors.forEach((tensor, index) => {
      for (let head = 0; head < heads; head++) {
        const part = (index * heads + head) * tokenBytes
        tensor.set(held.subarray(part, part + tokenBytes), this.#place(row, head))
      }
    })
  }

  #place(row: number, head: number): number {
    const { heads, rowTokens, tokenBytes } = this.#sizes
    return (row * heads + head) * rowTokens * tokenBytes
  }
}

/** The rows of a step that get no token. */
export const idleRows = (firstRow: number, tokens: readonly (number | null)[]): number[] =>
  tokens.flatMap((token, index) => (token === null ? [firstRow + index] : []))

/** The lengths of a step in which idle rows hold the token alone that they compute. */
export const idleAtFirst = (tokens: readonly (number | null)[], lengths: readonly number[]): number[] =>
  lengths.map((length, index) => (tokens[index] === null ? 1 : length))
