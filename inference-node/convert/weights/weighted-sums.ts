/** Vectors that are summed side by side: each factor is read once for all of them. */
export const side = 16

/**
 * Weighted sums of many short vectors, in WebAssembly: its vector instructions add four numbers at a time, which JavaScript
 * cannot ask for. The numbers lie in memory of its own, which the views show.
 */
export class WeightedSums {
  readonly factors: Float32Array
  /** [terms, {@link side}] */
  readonly vectors: Float32Array
  /** The result of {@link addUp}, one for each vector side by side. */
  readonly sums: Float32Array
  readonly #addUp: AddUp

  /**
   * @param factorCount numbers in `factors`
   * @param terms most terms of a sum
   */
  constructor(factorCount: number, terms: number) {
    const pageBytes = 65536
    const lengths = [factorCount + (-factorCount & 3), terms * side, side]
    const bytes = lengths.reduce((sum, length) => sum + length * Float32Array.BYTES_PER_ELEMENT, 0)
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) })
    let offset = 0
    const [factors, vectors, sums] = lengths.map((length) => {
      const view = new Float32Array(memory.buffer, offset, length)
      offset += view.byteLength
      return view
    }) as [Float32Array, Float32Array, Float32Array]
    this.factors = factors
    this.vectors = vectors
    this.sums = sums
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble()), { '': { memory } })
    this.#addUp = exports.addUp as AddUp
  }

  /** Sets sums[k] to the sum of factors[first + i] * vectors[i][k] over i < count. */
  addUp(first: number, count: number): void {
    if (count === 0) this.sums.fill(0)
    else
      this.#addUp(
        first * Float32Array.BYTES_PER_ELEMENT,
        this.vectors.byteOffset,
        count,
        this.sums.byteOffset,
      )
  }
}

/** The function of the module: offsets of views, and the number of terms. */
type AddUp = (factors: number, vectors: number, count: number, sums: number) => void

/** What the libraries of Node.js leave undeclared. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer }
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> }
}

/** Types and instructions of WebAssembly: https://webassembly.github.io/spec/core/binary/ */
const i32 = 0x7f
const v128 = 0x7b
const localGet = (index: number) => [0x20, index]
const localSet = (index: number) => [0x21, index]
const i32Const = (value: number) => [0x41, value] // below 64 in one byte
const i32Add = [0x6a]
const i32Sub = [0x6b]
const vectorLoad = (offset: number) => [0xfd, 0x00, 2, ...integer(offset)]
const loadSplat = [0xfd, 0x09, 2, 0]
const vectorStore = (offset: number) => [0xfd, 0x0b, 2, ...integer(offset)]
const vectorAdd = [0xfd, 0xe4, 0x01]
const vectorMultiply = [0xfd, 0xe6, 0x01]

/** An unsigned integer below 2^14. */
const integer = (value: number) => (value < 128 ? [value] : [(value & 127) | 128, value >> 7])
const counted = (items: readonly number[][]) => [...integer(items.length), ...items.flat()]
const sized = (bytes: readonly number[]) => [...integer(bytes.length), ...bytes]
const section = (id: number, items: readonly number[][]) => [id, ...sized(counted(items))]
const name = (text: string) => sized([...new TextEncoder().encode(text)])

/** The module: one function (factors, vectors, count, sums), whose loop multiplies and adds one term of all sums. */
function assemble(): Uint8Array {
  const [factors, vectors, count, sums, factor, firstSum] = [0, 1, 2, 3, 4, 5]
  const lanes = Array.from({ length: side / 4 }, (_, lane) => ({ local: firstSum + lane, offset: lane * 16 }))
  const body = [
    [0x03, 0x40], // loop
    ...[localGet(factors), loadSplat, localSet(factor)],
    ...lanes.map(({ local, offset }) => [
      ...localGet(local),
      ...localGet(factor),
      ...localGet(vectors),
      ...vectorLoad(offset),
      ...vectorMultiply,
      ...vectorAdd,
      ...localSet(local),
    ]),
    ...[localGet(factors), i32Const(4), i32Add, localSet(factors)],
    ...[localGet(vectors), i32Const(side), i32Const(4), [0x6c], i32Add, localSet(vectors)],
    ...[localGet(count), i32Const(1), i32Sub, [0x22, count]], // local.tee
    [0x0d, 0], // br_if to the loop
    [0x0b], // end
    ...lanes.map(({ local, offset }) => [...localGet(sums), ...localGet(local), ...vectorStore(offset)]),
    [0x0b],
  ].flat()
  const locals = [[1 + lanes.length, v128]]
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, ...counted([[i32], [i32], [i32], [i32]]), 0]]),
    ...section(2, [[...name(''), ...name('memory'), 2, 0, 1]]),
    ...section(3, [[0]]),
    ...section(7, [[...name('addUp'), 0, 0]]),
    ...section(10, [sized([...counted(locals), ...body])]),
  ])
}
