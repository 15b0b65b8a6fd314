/** log(sum(exp(x))) without overflow: what a logit lacks to be a log probability. */
export function logSumExp(row: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const value of row) if (value > highest) highest = value
  let sum = 0
  for (const value of row) sum += Math.exp(value - highest)
  return highest + Math.log(sum)
}

/** |actual - expected| / |expected|, both as vectors: how far a computation is off as a whole. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2
    size += expected[i]! ** 2
  }
  return Math.sqrt(difference / size)
}
