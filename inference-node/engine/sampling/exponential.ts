/** Values of the table for each unit of the exponent. */
export const stepsPerUnit = 128

/** Exponents reach so far down: e^-40 is 4e-18. */
export const furthest = 40

const powers = Float64Array.from({ length: furthest * stepsPerUnit + 1 }, (_, step) =>
  Math.exp(-step / stepsPerUnit),
)

/**
 * e^(-steps / {@link stepsPerUnit}) for steps from 0 to 40 units, by a table and four terms of the series: within
 * 1e-12 of the true value, in a fraction of the time of `Math.exp`, which a whole vocabulary makes felt.
 */
export function exponentialBelow(steps: number): number {
  const whole = Math.trunc(steps)
  const rest = (steps - whole) / stepsPerUnit
  return powers[whole]! * (1 - rest * (1 - (rest / 2) * (1 - (rest / 3) * (1 - rest / 4))))
}
