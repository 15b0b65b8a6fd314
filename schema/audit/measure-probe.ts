import { bootstrapIntervals, type Interval } from '../metrics/bootstrap.ts'
import type { Random } from '../metrics/random.ts'
import { wilsonInterval } from '../metrics/wilson.ts'
import { type Finding, levels } from './levels.ts'
import type { Probe } from './probe.ts'
import { exchangeTest, type RatedPair } from './statistics/exchange-test.ts'

export interface ProbeResult {
  probe: string
  relation: Probe['relation']
  /** Rows whose variant and original both have a rating. */
  compared: number
  /** Variants without a rating. */
  unrated: number
  /** Rows where the relation is broken, by a point or more where noise plays a part. */
  violations: number
  violation_rate: number | null
  violation_interval: Interval | null
  /** Rate at which repeats of the unchanged rows do the same; null where that has no meaning. */
  noise_rate: number | null
  /** Mean of the variant's rating less that of the unchanged row. */
  shift: number | null
  shift_interval: Interval | null
  /** Adjusted for all tests of the audit (Holm); null where no test of a shift decides. */
  p_value: number | null
  finding: Finding
  /** Row ids of the worst violations, the worst first. */
  worst: { row_id: string; original: number; variant: number }[]
}

/** A row and its variant, both rated. */
export interface Pair extends RatedPair {
  rowId: string
  original: number
  ratio: number
}

const maxWorst = 5

/** Resampling effort of an assessment; fewer rounds widen the error of intervals and p-values. */
export interface Rounds {
  permutations: number
  resamples: number
}

/** A probe as measured, before its p-value is adjusted for the other tests of the audit. */
export interface MeasuredProbe {
  result: Omit<ProbeResult, 'p_value' | 'finding'>
  /** Null where no test of a shift decides. */
  p: number | null
  decide: (adjusted: number | null) => Finding
  pairs: readonly Pair[]
}

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Counts the rows that break the probe's relation and tests whether noise explains them. */
export function measureProbe(
  probe: Probe,
  all: readonly Pair[],
  unrated: number,
  random: Random,
  rounds: Rounds,
): MeasuredProbe {
  // what is rated 1 or less has no room to fall
  const pairs = probe.relation === 'must_fall' ? all.filter(({ original }) => original > 1) : all
  const broken = pairs.filter((pair) => isBroken(probe.relation, pair.original, pair.variant))
  const interval = wilsonInterval(broken.length, pairs.length)
  const shifts = countedShifts(pairs)
  const meanShift = (rows: readonly { shift: number; count: number }[]) =>
    rows.length === 0
      ? null
      : rows.reduce((sum, row) => sum + row.count * row.shift, 0) /
        rows.reduce((sum, row) => sum + row.count, 0)
  const shift = meanShift(shifts)
  const shiftInterval = bootstrapIntervals(shifts, { shift: meanShift }, rounds).shift
  const test = exchangeTest(pairs, random, rounds.permutations)
  const distance = ({ original, variant }: Pair) => Math.abs(variant - original)
  return {
    pairs,
    p: pairs.length === 0 ? null : shiftChance(probe.relation, test),
    result: {
      probe: probe.name,
      relation: probe.relation,
      compared: pairs.length,
      unrated,
      violations: broken.length,
      violation_rate: pairs.length === 0 ? null : broken.length / pairs.length,
      violation_interval: interval,
      noise_rate: noiseRate(probe.relation, pairs),
      shift,
      shift_interval: shiftInterval,
      worst: [...broken]
        .sort((a, b) =>
          probe.relation === 'must_be_zero' ? b.variant - a.variant : distance(b) - distance(a),
        )
        .slice(0, maxWorst)
        .map(({ rowId, original, variant }) => ({ row_id: rowId, original, variant })),
    },
    decide: (adjusted) => {
      if (pairs.length < levels.minRows) return 'inconclusive'
      if (interval === null || shift === null || shiftInterval === null) return 'inconclusive'
      switch (probe.relation) {
        case 'must_fall':
          return byRate(
            broken.length / pairs.length,
            interval,
            levels.tolerableFailures,
            test.fall < levels.falseAlarm,
          )
        case 'must_be_zero':
          return byRate(broken.length / pairs.length, interval, levels.tolerableNonZero)
        default: {
          const large = Math.max(
            probe.relation === 'must_not_rise' ? shift : Math.abs(shift),
            probe.relation === 'must_not_change' ? test.excessSpread : 0,
          )
          if (adjusted !== null && adjusted < levels.falseAlarm && large >= levels.smallShift)
            return 'violated'
          const [low, high] = shiftInterval
          const within =
            high <= levels.tolerableShift &&
            (probe.relation === 'must_not_rise' || low >= -levels.tolerableShift)
          return within ? 'holds' : 'inconclusive'
        }
      }
    },
  }
}

/** Equal shifts counted: a resample costs the number of different ones. */
function countedShifts(pairs: readonly Pair[]): { shift: number; count: number }[] {
  const counts = Map.groupBy(pairs, ({ variant, original }) => variant - original)
  return [...counts].map(([shift, { length }]) => ({ shift, count: length }))
}

function byRate(rate: number, [low]: Interval, tolerable: number, mayHold = true): Finding {
  if (low > tolerable) return 'violated'
  return mayHold && rate <= tolerable ? 'holds' : 'inconclusive'
}

function shiftChance(relation: Probe['relation'], test: ReturnType<typeof exchangeTest>): number | null {
  if (relation === 'must_not_rise') return test.rise
  // three looks at one probe: up, down, and both at once
  if (relation === 'must_not_change') return Math.min(1, 3 * Math.min(test.rise, test.fall, test.spread))
  return null
}

/** Returns whether a variant's rating breaks the relation to the row's own mean rating. */
export function isBroken(relation: Probe['relation'], original: number, rating: number): boolean {
  if (relation === 'must_not_rise') return rating - original >= levels.movedPoints
  if (relation === 'must_not_change') return Math.abs(rating - original) >= levels.movedPoints
  return relation === 'must_fall' ? rating >= original : rating > 0
}

/** Rate at which a repeat breaks the relation against the other repeats of its row. */
function noiseRate(relation: Probe['relation'], pairs: readonly Pair[]): number | null {
  if (relation !== 'must_not_rise' && relation !== 'must_not_change') return null
  const moved = pairs.flatMap(({ repeats }) =>
    repeats.length < 2
      ? []
      : repeats.map((rating, index) => isBroken(relation, mean(repeats.toSpliced(index, 1)), rating)),
  )
  return moved.length === 0 ? null : moved.filter(Boolean).length / moved.length
}
