import type { Random } from '../../metrics/random.ts'

/** The ratings of one row as it is (`repeats`, at least one) and of its variant. */
export interface RatedPair {
  repeats: readonly number[]
  variant: number
}

export interface ExchangeTest {
  /** Chance of a mean shift this high, if the variant were one repeat more. */
  rise: number
  fall: number
  /** Chance of a mean absolute shift this large: finds changes in both directions that cancel out. */
  spread: number
  /** Mean of `variant - mean(repeats)`. */
  shift: number
  /** Mean of `|variant - mean(repeats)|`, less its mean under exchange. */
  excessSpread: number
}

/**
 * Permutation test of variants against repeats. If a change of the row has no effect, its variant is one more
 * repeat, so any of the row's ratings could be the variant's: each permutation chooses one of them in every row.
 * Exact up to the number of permutations, whatever the distribution of the ratings; p is `(1 + hits) / (1 + n)`.
 * Source: Phipson and Smyth (2010), Permutation p-values should never be zero.
 */
export function exchangeTest(
  pairs: readonly RatedPair[],
  random: Random,
  permutations: number,
): ExchangeTest {
  // the shift that each rating of a row would give, were it the variant's
  const shifts = pairs.map(({ repeats, variant }) => {
    const ratings = [variant, ...repeats]
    const sum = ratings.reduce((total, rating) => total + rating, 0)
    return ratings.map((rating) => rating - (sum - rating) / repeats.length)
  })
  const n = pairs.length
  const observed = shifts.reduce((sum, row) => sum + row[0]!, 0)
  const observedSpread = shifts.reduce((sum, row) => sum + Math.abs(row[0]!), 0)
  let [rises, falls, spreads, spreadSum] = [0, 0, 0, 0]
  const tolerance = 1e-9
  for (let round = 0; round < permutations; round++) {
    let [shift, spread] = [0, 0]
    for (const row of shifts) {
      const chosen = row[Math.floor(random() * row.length)]!
      shift += chosen
      spread += Math.abs(chosen)
    }
    if (shift >= observed - tolerance) rises++
    if (shift <= observed + tolerance) falls++
    if (spread >= observedSpread - tolerance) spreads++
    spreadSum += spread
  }
  const chance = (hits: number) => (1 + hits) / (1 + permutations)
  return {
    rise: chance(rises),
    fall: chance(falls),
    spread: chance(spreads),
    shift: n === 0 ? 0 : observed / n,
    excessSpread: n === 0 ? 0 : (observedSpread - spreadSum / permutations) / n,
  }
}
