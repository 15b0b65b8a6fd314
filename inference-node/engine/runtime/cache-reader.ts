import { widen } from '../../convert/checkpoint/floats.ts'
import { typeBytes } from './native-tensors.ts'
import type { CacheSizes } from './row-copies.ts'

type CacheType = 'float32' | 'float16' | 'bfloat16'
const formats = { float32: 'F32', float16: 'F16', bfloat16: 'BF16' } as const

/** Reads keys and values back from a cache, for checks: generating never needs them. */
export class CacheReader {
  readonly #fetch: (tensor: number, offset: number, bytes: number) => Uint8Array
  readonly #sizes: CacheSizes
  readonly #type: CacheType

  /** @param fetch bytes of one tensor of the cache; valid until the next call */
  constructor(
    fetch: (tensor: number, offset: number, bytes: number) => Uint8Array,
    sizes: CacheSizes,
    type: CacheType,
  ) {
    this.#fetch = fetch
    this.#sizes = sizes
    this.#type = type
  }

  /** The first tokens of a row: [heads, tokens, headSize]. */
  read(tensor: number, row: number, tokens: number): Float32Array {
    const { heads, rowTokens, tokenBytes } = this.#sizes
    const strip = tokens * (tokenBytes / typeBytes[this.#type])
    const values = new Float32Array(heads * strip)
    for (let head = 0; head < heads; head++) {
      const offset = (row * heads + head) * rowTokens * tokenBytes
      const bytes = this.#fetch(tensor, offset, tokens * tokenBytes)
      widen(formats[this.#type], bytes, values.subarray(head * strip, (head + 1) * strip))
    }
    return values
  }
}
