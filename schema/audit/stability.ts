import { type Random, seededRandom } from '../metrics/random.ts'
import { type RatingSummary, ratingSummaries, summarizeRatings } from '../metrics/rating-summary.ts'

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** One sampled judgment of a row. */
export interface Sample {
  rating: number
  /** Mean rating under the judge's own probabilities, where the node gives them. */
  expected: number | null
  /** Tokens that the judgment took, prompt and answer. */
  tokens: number
}

export interface Stability {
  summary: RatingSummary
  samples: number
  /** Standard deviation of the row's rating between one use and the next, averaged over the rows. */
  deviation: number
  /** Mean tokens spent on a row. */
  tokens: number
}

const rounds = 400
const sampleCounts = [1, 3, 5] as const

/**
 * Estimates stability and cost of each way of rating a row by resampling the observed samples.
 * The steadiest per token comes first (`deviation^2 * tokens`, which more samples alone do not change).
 */
export function compareStability(rows: readonly (readonly Sample[])[], seed = 1): Stability[] {
  const repeated = rows.filter((samples) => samples.length >= 2)
  if (repeated.length === 0) return []
  const random = seededRandom(seed)
  const tokensPerSample = mean(repeated.map((samples) => mean(samples.map(({ tokens }) => tokens))))
  const hasExpected = repeated.every((samples) => samples.every(({ expected }) => expected !== null))
  const used = ratingSummaries.filter((summary) => summary !== 'expected' || hasExpected)
  return used
    .flatMap((summary) =>
      // with one sample, mean and median are the rating itself
      sampleCounts
        .filter((count) => count > 1 || summary === 'mean' || summary === 'expected')
        .map((count) => ({
          summary,
          samples: count,
          deviation: mean(repeated.map((samples) => sampleDeviation(samples, summary, count, random))),
          tokens: count * tokensPerSample,
        })),
    )
    .sort((a, b) => a.deviation ** 2 * a.tokens - b.deviation ** 2 * b.tokens)
}

function sampleDeviation(
  samples: readonly Sample[],
  summary: RatingSummary,
  count: number,
  random: Random,
): number {
  const values = samples.map(({ rating, expected }) => (summary === 'expected' ? expected! : rating))
  let [sum, squares] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const drawn = Array.from({ length: count }, () => values[Math.floor(random() * values.length)]!)
    const value = summarizeRatings(drawn, summary)!
    sum += value
    squares += value * value
  }
  const variance = squares / rounds - (sum / rounds) ** 2
  // drawing from n seen samples shows (n - 1) / n of their variance
  return Math.sqrt(Math.max(0, (variance * samples.length) / (samples.length - 1)))
}
