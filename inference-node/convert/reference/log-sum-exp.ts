/** log(sum(exp(x))) without overflow: what a logit lacks to be a log probability. */
export function logSumExp(row: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY
  for (const value of row) if (value > highest) highest = value
  let sum = 0
  for (const value of row) sum += Math.exp(value - highest)
  return highest + Math.log(sum)
}
