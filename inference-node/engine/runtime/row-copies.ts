import type { DeviceCopies } from './device-copies.ts'

/** Sizes of a tensor [rows, heads, rowTokens, tokenBytes]. */
export interface CacheSizes {
  heads: number
  rowTokens: number
  /** Bytes of one token's key or value in one head. */
  tokenBytes: number
}

/** Copies the keys and values of a row's first tokens into another row. */
export interface RowCopies {
  copyRow(from: number, to: number, tokens: number): void
  /** The same in one layer alone. */
  copyLayer(layer: number, from: number, to: number, tokens: number): void
}

/** Keys and values of a layer, of a list that has both of each layer. */
export const toLayer = <T>(tensors: readonly T[], layer: number): T[] =>
  tensors.slice(2 * layer, 2 * layer + 2)

/** Copies between rows of a KV cache in a device's memory. */
export class DeviceRowCopies implements RowCopies {
  readonly #addresses: readonly bigint[]
  readonly #sizes: CacheSizes
  readonly #copies: DeviceCopies

  /** @param addresses of the keys and values of each layer */
  constructor(addresses: readonly bigint[], sizes: CacheSizes, copies: DeviceCopies) {
    this.#addresses = addresses
    this.#sizes = sizes
    this.#copies = copies
  }

  copyRow(from: number, to: number, tokens: number): void {
    this.#copy(this.#addresses, from, to, tokens)
  }

  copyLayer(layer: number, from: number, to: number, tokens: number): void {
    this.#copy(toLayer(this.#addresses, layer), from, to, tokens)
  }

  #copy(addresses: readonly bigint[], from: number, to: number, tokens: number): void {
    const { heads, rowTokens, tokenBytes } = this.#sizes
    if (tokens === 0 || from === to) return
    const pitch = rowTokens * tokenBytes
    const strips = { count: heads, pitch, bytes: tokens * tokenBytes }
    const place = (address: bigint, row: number) => address + BigInt(row * heads * pitch)
    for (const address of addresses) this.#copies.within(place(address, to), place(address, from), strips)
    this.#copies.finish()
  }
}
