import { seededRandom } from '../metrics/random.ts'
import type { AuditRating } from './assess.ts'
import { caseKey } from './case-key.ts'
import type { RatedCase } from './plan.ts'
import { type TwoRuns, type TwoRunTest, twoRunTest } from './statistics/two-run-test.ts'

/** The weights that made a run's ratings. */
export interface JudgeVersion {
  model: string
  weightsDigest: string | null
  precision: string | null
  provider: string | null
}

export const driftCauses = ['model', 'weights', 'precision', 'provider', 'ratings'] as const
export type DriftCause = (typeof driftCauses)[number]

/** Chance of an alarm about ratings while the judge is the same. Half of it is for shifts, half for movement. */
export const driftFalseAlarm = 0.01

export interface Drift extends TwoRunTest {
  /** Cases rated in both runs. */
  compared: number
  /** Reasons for an alarm; empty where there is none. */
  causes: DriftCause[]
}

/** Compares a run of an audit with its baseline: the same cases, judged again. */
export function findDrift(
  cases: readonly RatedCase[],
  baseline: { version: JudgeVersion; ratings: readonly AuditRating[] },
  current: { version: JudgeVersion; ratings: readonly AuditRating[] },
  permutations = 4000,
): Drift {
  const pairs = pairRuns(cases, baseline.ratings, current.ratings)
  const test = twoRunTest(pairs, seededRandom(1), permutations)
  const moved = Math.min(test.shift_p, test.movement_p) < driftFalseAlarm / 2
  const changed = (field: keyof JudgeVersion) => baseline.version[field] !== current.version[field]
  return {
    ...test,
    compared: pairs.length,
    causes: [
      ...(changed('model') ? (['model'] as const) : []),
      ...(changed('weightsDigest') ? (['weights'] as const) : []),
      ...(changed('precision') ? (['precision'] as const) : []),
      ...(changed('provider') ? (['provider'] as const) : []),
      ...(moved ? (['ratings'] as const) : []),
    ],
  }
}

/** Repeats of a row are one case; so is each of its variants. */
function pairRuns(
  cases: readonly RatedCase[],
  before: readonly AuditRating[],
  after: readonly AuditRating[],
): TwoRuns[] {
  const ratingsBefore = new Map(before.map((one) => [caseKey(one), one.rating]))
  const ratingsAfter = new Map(after.map((one) => [caseKey(one), one.rating]))
  const groups = Map.groupBy(cases, ({ probe, rowId }) => JSON.stringify([probe, rowId]))
  return [...groups.values()].flatMap((group) => {
    const rated = (ratings: ReadonlyMap<string, number | null>) =>
      group.flatMap((one) => ratings.get(caseKey(one)) ?? [])
    const runs = { before: rated(ratingsBefore), after: rated(ratingsAfter) }
    return runs.before.length > 0 && runs.after.length > 0 ? [runs] : []
  })
}
