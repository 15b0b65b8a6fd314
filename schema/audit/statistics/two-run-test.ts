import type { Random } from '../../metrics/random.ts'

/** The ratings of one case in two runs, at least one in each. */
export interface TwoRuns {
  before: readonly number[]
  after: readonly number[]
}

export interface TwoRunTest {
  /** Mean over the cases of `mean(after) - mean(before)`. */
  shift: number
  /** Chance of a shift this large in either direction, if both runs were of one judge. */
  shift_p: number
  /** Mean over the cases of `|mean(after) - mean(before)|`. */
  movement: number
  /** Chance of that much movement. */
  movement_p: number
}

/**
 * Permutation test of two runs of the same cases. If the judge is the same, the ratings of a case may change places
 * between the runs: each permutation deals them out anew within every case.
 */
export function twoRunTest(cases: readonly TwoRuns[], random: Random, permutations: number): TwoRunTest {
  const pools = cases.map(({ before, after }) => ({ ratings: [...before, ...after], size: before.length }))
  const observed = differences(pools)
  let [shifts, movements] = [0, 0]
  const tolerance = 1e-9
  for (let round = 0; round < permutations; round++) {
    for (const { ratings, size } of pools) shuffleFirst(ratings, size, random)
    const { shift, movement } = differences(pools)
    if (Math.abs(shift) >= Math.abs(observed.shift) - tolerance) shifts++
    if (movement >= observed.movement - tolerance) movements++
  }
  return {
    ...observed,
    shift_p: (1 + shifts) / (1 + permutations),
    movement_p: (1 + movements) / (1 + permutations),
  }
}

function differences(pools: readonly { ratings: readonly number[]; size: number }[]) {
  let [shift, movement] = [0, 0]
  for (const { ratings, size } of pools) {
    let [before, after] = [0, 0]
    for (let i = 0; i < ratings.length; i++) {
      if (i < size) before += ratings[i]!
      else after += ratings[i]!
    }
    const difference = after / (ratings.length - size) - before / size
    shift += difference
    movement += Math.abs(difference)
  }
  const n = Math.max(1, pools.length)
  return { shift: shift / n, movement: movement / n }
}

/** Fisher and Yates, as far as the first places go. */
function shuffleFirst(items: number[], count: number, random: Random): void {
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (items.length - i))
    ;[items[i], items[other]] = [items[other]!, items[i]!]
  }
}
