import { countSize } from './cells.ts'
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

/** Different rows up to which a resample draws as many rows as there are; above it draws {@link maxDraws}. */
const maxCells = 500
const maxDraws = 300
/** Most different rows drawn over all resamples, so that a report of any data takes a bounded time. */
const maxWork = 300_000

/**
 * 95% percentile bootstrap intervals of several statistics over counted rows. Drawing n rows with replacement
 * is a multinomial draw of the counts, so a resample costs the number of different rows, not of rows.
 * A statistic that is undefined for the data is null; resamples where it is undefined are left out.
 * Sources: Efron (1979), Bootstrap methods: another look at the jackknife. Where nearly every row is different, fewer
 * rows are drawn and the deviations scaled by the root of the share: Bickel, Götze and van Zwet (1997), Resampling
 * fewer than n observations.
 */
export function bootstrapIntervals<Row extends { count: number }, Name extends string>(
  rows: readonly Row[],
  statistics: Record<Name, (rows: readonly Row[]) => number | null>,
  options: BootstrapOptions = {},
): Record<Name, Interval | null> {
  const names = Object.keys(statistics) as Name[]
  const values = resampleStatistics(rows, statistics, options)
  return Object.fromEntries(names.map((name) => [name, percentileInterval(values[name])])) as Record<
    Name,
    Interval | null
  >
}

/** The values of the statistics over resampled rows; none for a statistic that is undefined for the data. */
export function resampleStatistics<Row extends { count: number }, Name extends string>(
  rows: readonly Row[],
  statistics: Record<Name, (rows: readonly Row[]) => number | null>,
  options: BootstrapOptions = {},
): Record<Name, number[]> {
  const names = Object.keys(statistics) as Name[]
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  const size = countSize(rows)
  if (size === 0) return values
  const random = seededRandom(options.seed ?? defaults.seed)
  const draws = options.draws ?? size
  const drawn = rows.length > maxCells ? Math.min(draws, maxDraws) : draws
  const scale = Math.sqrt(drawn / draws)
  const draw = rows.length > maxCells ? createDraw(rows, size) : null
  const work = Math.min(rows.length, drawn)
  const rounds = Math.min(options.resamples ?? defaults.resamples, Math.max(100, Math.floor(maxWork / work)))
  const computed = names.flatMap((name) => {
    const value = statistics[name](rows)
    return value === null ? [] : [{ name, value }]
  })
  for (let round = 0; round < rounds; round++) {
    const sample = draw === null ? resample(rows, size, drawn, random) : draw(drawn, random)
    for (const { name, value } of computed) {
      const resampled = statistics[name](sample)
      if (resampled !== null) values[name].push(scale === 1 ? resampled : value + scale * (resampled - value))
    }
  }
  return values
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

/** Draws rows one by one: cheaper than cell by cell when there are more cells than draws. */
function createDraw<Row extends { count: number }>(rows: readonly Row[], size: number) {
  const ends = new Float64Array(rows.length)
  rows.reduce((sum, { count }, index) => {
    ends[index] = sum + count
    return sum + count
  }, 0)
  return (draws: number, random: Random): Row[] => {
    const counts = new Map<number, number>()
    for (let i = 0; i < draws; i++) {
      const index = findEnd(ends, random() * size)
      counts.set(index, (counts.get(index) ?? 0) + 1)
    }
    return [...counts].map(([index, count]) => ({ ...rows[index]!, count }))
  }
}

/** The first index whose end is above the value. */
function findEnd(ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

/** The interval from the 2.5th to the 97.5th percentile, linearly interpolated as NumPy does. */
export function percentileInterval(values: readonly number[]): Interval | null {
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
