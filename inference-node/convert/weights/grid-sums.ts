import { allocateMemory, f64x2, i32, local, loop, makeFunction, v128 } from './wasm.ts'

/**
 * Rounds the weights of a block to many grids of integers and sums up how well each fits, in WebAssembly. The numbers lie
 * in memory of its own, which the views show.
 */
export class GridSums {
  readonly weights: Float64Array
  /** How much the error of each weight counts. */
  readonly counts: Float64Array
  /** One through the scale of each grid. */
  readonly inverses: Float64Array
  /** The lowest and the highest integer of each grid. */
  readonly lowest: Float64Array
  readonly highest: Float64Array
  /** Results of {@link addUp}: the sum of count * weight * integer for each grid, and of count * integer^2. */
  readonly products: Float64Array
  readonly squares: Float64Array
  /** Computes `products` and `squares`. */
  readonly addUp: () => void

  constructor(blockSize: number, gridCount: number) {
    const grids = Math.ceil(gridCount / step) * step
    const memory = allocateMemory((2 * blockSize + 5 * grids) * numberBytes)
    const view = (first: number, length: number) =>
      new Float64Array(memory.buffer, first * numberBytes, length)
    this.weights = view(0, blockSize)
    this.counts = view(blockSize, blockSize)
    const ofGrids = (index: number) => view(2 * blockSize + index * grids, grids)
    this.inverses = ofGrids(0)
    this.lowest = ofGrids(1)
    this.highest = ofGrids(2)
    this.products = ofGrids(3)
    this.squares = ofGrids(4)
    this.addUp = makeFunction(memory, { integers: 2, vectors: 2 + 5 * pair.length, body: assemble(this) })
  }
}

const numberBytes = Float64Array.BYTES_PER_ELEMENT
/** Grids that are computed together: two vectors of two, so that one's sums are made while the other's wait. */
const step = 4
const [weightAt, gridAt, weight, count] = [0, 1, 2, 3]
const pair = [0, 1].map((vector) => ({
  offset: vector * 16,
  integer: 4 + vector,
  product: 6 + vector,
  square: 8 + vector,
  inverse: 10 + vector,
  counted: 12 + vector,
}))

function assemble({ counts, inverses, lowest, highest, products, squares }: GridSums) {
  const load = (numbers: Float64Array, offset: number) => [
    ...local.get(gridAt),
    ...v128.load(numbers.byteOffset + offset),
  ]
  const store = (numbers: Float64Array, offset: number, vector: number) => [
    ...[...local.get(gridAt), ...local.get(vector)],
    ...v128.store(numbers.byteOffset + offset),
  ]
  const addWeight = [
    [...local.get(weightAt), ...f64x2.splat(0), ...local.set(weight)],
    [...local.get(weightAt), ...f64x2.splat(counts.byteOffset), ...local.set(count)],
    ...pair.map(({ offset, integer, product, square, inverse, counted }) => [
      ...[...local.get(weight), ...local.get(inverse), ...f64x2.multiply, ...f64x2.nearest],
      ...[...load(highest, offset), ...f64x2.min, ...load(lowest, offset), ...f64x2.max],
      ...[...local.tee(integer), ...local.get(count), ...f64x2.multiply, ...local.set(counted)],
      ...[...local.get(weight), ...local.get(counted), ...f64x2.multiply],
      ...[...local.get(product), ...f64x2.add, ...local.set(product)],
      ...[...local.get(integer), ...local.get(counted), ...f64x2.multiply],
      ...[...local.get(square), ...f64x2.add, ...local.set(square)],
    ]),
    [...local.get(weightAt), ...i32.const(numberBytes), ...i32.add, ...local.tee(weightAt)],
    [...i32.const(counts.byteOffset), ...i32.lessThan],
  ].flat()
  return loop(
    [
      [...i32.const(0), ...local.set(weightAt)],
      ...pair.flatMap(({ offset, product, square, inverse }) => [
        [...v128.zero, ...local.set(product), ...v128.zero, ...local.set(square)],
        [...load(inverses, offset), ...local.set(inverse)],
      ]),
      loop(addWeight),
      ...pair.map(({ offset, product, square }) => [
        ...store(products, offset, product),
        ...store(squares, offset, square),
      ]),
      [...local.get(gridAt), ...i32.const(step * numberBytes), ...i32.add, ...local.tee(gridAt)],
      [...i32.const(inverses.byteLength), ...i32.lessThan],
    ].flat(),
  )
}
