import { groupSize } from '../../../inference-node/convert/weights/column-groups.ts'

/** Numbers from -0.5 to 0.5, the same in every run. */
export function numbers(): () => number {
  let state = 1
  return () => {
    state = Number((BigInt(state) * 48271n) % 2147483647n)
    return state / 2147483647 - 0.5
  }
}

/** Inputs of a matrix, [tokens][columns]: columns go together, and some are far larger than others. */
export function correlatedInputs(tokens: number, columns: number): Float32Array[] {
  const random = numbers()
  const mixing = Array.from({ length: 40 }, () => Float32Array.from({ length: columns }, random))
  return Array.from({ length: tokens }, () => {
    const causes = mixing.map(random)
    return Float32Array.from({ length: columns }, (_, column) => {
      const sum = causes.reduce((total, cause, i) => total + cause * mixing[i]![column]!, 0.1 * random())
      return column % 16 === 0 ? 5 * sum : sum
    })
  })
}

/** X^T X within groups of columns, as a layer that is watched gives it. */
export function multiply(inputs: Float32Array[], columns: number): Float32Array {
  const products = new Float32Array(Math.ceil(columns / groupSize) * groupSize ** 2)
  for (const input of inputs)
    for (let i = 0; i < columns; i++)
      for (let j = i - (i % groupSize); j < Math.min(columns, i - (i % groupSize) + groupSize); j++)
        products[i * groupSize + (j % groupSize)]! += input[i]! * input[j]!
  return products
}

/** Squared error of the outputs for inputs. */
export function outputError(
  actual: Float32Array,
  expected: Float32Array,
  columns: number,
  inputs: Float32Array[],
): number {
  let sum = 0
  for (const input of inputs)
    for (let row = 0; row < expected.length; row += columns)
      sum += input.reduce((off, value, i) => off + value * (actual[row + i]! - expected[row + i]!), 0) ** 2
  return sum
}
