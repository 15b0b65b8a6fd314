import { allocateMemory, f32x4, i32, local, loop, makeFunction, reuse, v128 } from './wasm.ts'

/** Vectors that are summed side by side: each factor is read once for all of them. */
export const side = 16

/** Weighted sums of many short vectors, in WebAssembly. The numbers lie in memory of its own, which the views show. */
export class WeightedSums {
  readonly factors: Float32Array
  /** [terms, {@link side}] */
  readonly vectors: Float32Array
  /** The result of {@link addUp}, one for each vector side by side. */
  readonly sums: Float32Array
  readonly #addUp: (factors: number, end: number, vectors: number, sums: number) => void

  /**
   * @param factorCount numbers in `factors`
   * @param terms most terms of a sum
   */
  constructor(factorCount: number, terms: number) {
    const size = Float32Array.BYTES_PER_ELEMENT
    const memory = allocateMemory((side + terms * side + factorCount) * size)
    this.sums = new Float32Array(memory.buffer, 0, side)
    this.vectors = new Float32Array(memory.buffer, side * size, terms * side)
    this.factors = new Float32Array(memory.buffer, (side + terms * side) * size, factorCount)
    this.#addUp = makeFunction(memory, addUp)
  }

  /** Sets sums[k] to the sum of factors[first + i] * vectors[i][k] over i < count. */
  addUp(first: number, count: number): void {
    if (count === 0) {
      this.sums.fill(0)
      return
    }
    const { BYTES_PER_ELEMENT, byteOffset } = this.factors
    const begin = byteOffset + first * BYTES_PER_ELEMENT
    this.#addUp(begin, begin + count * BYTES_PER_ELEMENT, this.vectors.byteOffset, this.sums.byteOffset)
  }
}

/** The sums of a shape; one user at a time in a thread. */
export const toWeightedSums = reuse(
  (factorCount: number, terms: number) => new WeightedSums(factorCount, terms),
)

const [factors, end, vectors, sums, factor, firstSum] = [0, 1, 2, 3, 4, 5]
/** Four sums each. */
const lanes = Array.from({ length: side / 4 }, (_, lane) => ({ sum: firstSum + lane, offset: lane * 16 }))

const addUp = {
  integers: 4,
  vectors: 1 + lanes.length,
  body: [
    ...loop(
      [
        [...local.get(factors), ...f32x4.splat, ...local.set(factor)],
        ...lanes.map(({ sum, offset }) => [
          ...[...local.get(factor), ...local.get(vectors), ...v128.load(offset), ...f32x4.multiply],
          ...[...local.get(sum), ...f32x4.add, ...local.set(sum)],
        ]),
        [...local.get(vectors), ...i32.const(side * 4), ...i32.add, ...local.set(vectors)],
        [...local.get(factors), ...i32.const(4), ...i32.add, ...local.tee(factors)],
        [...local.get(end), ...i32.lessThan],
      ].flat(),
    ),
    ...lanes.flatMap(({ sum, offset }) => [...local.get(sums), ...local.get(sum), ...v128.store(offset)]),
  ],
}
