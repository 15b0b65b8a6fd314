import type { Measured } from './tuning.ts'

/** Rounds that show how far measurements spread. */
export const minRounds = 3
/** After fewer rounds a setting is taken only when it is so many times as fast as the default. */
const clearGain = 1.5

/** A setting's rates, one of each round. */
export interface Candidate {
  value: number
  rates: number[]
}

/**
 * Measures candidates in turn, round after round, so that whatever slows the machine for a while hits all of them.
 * Every second round runs backwards: a drift then hits all alike, and what a candidate needs can stay open from one round
 * to the next. Ends early when the time is over: what was measured so far counts.
 *
 * @param measure the rate of a candidate, in units a second
 * @param isOver whether no further measurement is to be begun
 * @param warmsUp whether each is measured once before, uncounted
 */
export async function measureInterleaved(
  values: readonly number[],
  rounds: number,
  measure: (value: number) => Promise<number>,
  isOver: () => boolean,
  { warmsUp = true } = {},
): Promise<Candidate[]> {
  const candidates = values.map((value): Candidate => ({ value, rates: [] }))
  for (const { value } of warmsUp ? candidates : []) {
    if (isOver()) return candidates
    await measure(value) // the first run of a size allocates and is not counted
  }
  for (let round = 0; round < rounds; round++)
    for (const { value, rates } of round % 2 === 0 ? candidates : candidates.toReversed()) {
      if (isOver()) return candidates
      rates.push(await measure(value))
    }
  return candidates
}

/**
 * The setting to use: the default, unless others beat it by more than the rates of either spread, or, after too few rounds
 * to see a spread, by far; of these the smallest that comes near the best.
 */
export function decide(candidates: readonly Candidate[], byDefault: number): number {
  const base = candidates.find(({ value }) => value === byDefault)
  if (!base || base.rates.length === 0) return byDefault
  const better = candidates.filter((candidate) => candidate.rates.length > 0 && isBetter(candidate, base))
  const best = Math.max(...better.map(({ rates }) => median(rates)))
  const near = better.filter(({ rates }) => median(rates) >= nearBest * best).map(({ value }) => value)
  return near.length === 0 ? byDefault : Math.min(...near)
}

function isBetter({ rates }: Candidate, base: Candidate): boolean {
  const [rate, baseRate] = [median(rates), median(base.rates)]
  const margin = Math.max(spread(rates), spread(base.rates))
  const isMeasured = Math.min(rates.length, base.rates.length) >= minRounds
  return rate - baseRate > margin && (isMeasured || rate >= clearGain * baseRate)
}

/** Settings this near to the best are as good; the smaller one leaves room or shortens waits. */
const nearBest = 0.95

/** Median of the rates with their lowest and highest, for the record. */
export const summarize = (candidates: readonly Candidate[]): Measured[] =>
  candidates
    .filter(({ rates }) => rates.length > 0)
    .map(({ value, rates }) => ({
      value,
      median: rounded(median(rates)),
      lowest: rounded(Math.min(...rates)),
      highest: rounded(Math.max(...rates)),
      rounds: rates.length,
    }))

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!

const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values)
const rounded = (value: number) => Number(value.toPrecision(4))
