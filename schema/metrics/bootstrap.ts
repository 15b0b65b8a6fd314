import { sizeOf } from './cells.ts'
import { binomial, type Random, seededRandom } from './random.ts'

/** A 95% interval: `[low, high]`. */
export type Interval = [low: number, high: number]

export interface BootstrapOptions {
  /** The same seed gives the same interval. */
  seed?: number
  resamples?: number
  /** Rows drawn for each resample; by default as many as there are. */
  draws?: number
}

const defaults = { seed: 20_240_501, resamples: 2000 }

/**
 * 95% percentile bootstrap intervals of several statistics over counted rows. Drawing n rows with replacement
 * is a multinomial draw of the counts, so a resample costs the number of different rows, not of rows.
 * A statistic that is undefined for the data is null; resamples where it is undefined are left out.
 * Source: Efron (1979), Bootstrap methods: another look at the jackknife.
 */
export function bootstrapIntervals<Row extends { count: number }, Name extends string>(
  rows: readonly Row[],
  statistics: Record<Name, (rows: readonly Row[]) => number | null>,
  options: BootstrapOptions = {},
): Record<Name, Interval | null> {
  const names = Object.keys(statistics) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (const sample of resamples(rows, options)) {
    for (const name of names) {
      const value = statistics[name](sample)
      if (value !== null) values[name].push(value)
    }
  }
  return Object.fromEntries(
    names.map((name) => [name, statistics[name](rows) === null ? null : middle95(values[name])]),
  ) as Record<Name, Interval | null>
}

/** Resampled rows, again and again, as the options say. */
export function* resamples<Row extends { count: number }>(
  rows: readonly Row[],
  options: BootstrapOptions = {},
): Generator<readonly Row[]> {
  const size = sizeOf(rows)
  if (size === 0) return
  const random = seededRandom(options.seed ?? defaults.seed)
  const rounds = options.resamples ?? defaults.resamples
  for (let round = 0; round < rounds; round++) yield resample(rows, size, options.draws ?? size, random)
}

/** A multinomial draw, cell by cell: each takes its share of what is left. */
function resample<Row extends { count: number }>(
  rows: readonly Row[],
  size: number,
  draws: number,
  random: Random,
): Row[] {
  const drawn: Row[] = []
  let left = draws
  let rest = size
  for (const row of rows) {
    if (left === 0) break
    const count = row.count >= rest ? left : binomial(left, row.count / rest, random)
    rest -= row.count
    left -= count
    if (count > 0) drawn.push({ ...row, count })
  }
  return drawn
}

/** The interval from the 2.5th to the 97.5th percentile, linearly interpolated as NumPy does. */
export function middle95(values: readonly number[]): Interval | null {
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  return [percentile(sorted, 0.025), percentile(sorted, 0.975)]
}

function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low)
}
