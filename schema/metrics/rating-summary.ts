/** Rules that make the rating of a row's turn from its repeats. `expected` averages the judge's expected ratings. */
export const ratingSummaries = ['mean', 'median', 'trimmed_mean', 'expected'] as const
export type RatingSummary = (typeof ratingSummaries)[number]

/** Number of values that are trimmed at either end of `count` sorted ones. */
export function countTrimmed(count: number, summary: RatingSummary): number {
  if (summary === 'median') return Math.floor((count - 1) / 2)
  // a fifth, at least one from three values on
  return summary === 'trimmed_mean' && count >= 3 ? Math.max(1, Math.floor(count / 5)) : 0
}

/** One rating of several; null without any. */
export function summarizeRatings(ratings: readonly number[], summary: RatingSummary): number | null {
  if (ratings.length === 0) return null
  const trimmed = countTrimmed(ratings.length, summary)
  const kept =
    trimmed === 0 ? ratings : ratings.toSorted((a, b) => a - b).slice(trimmed, ratings.length - trimmed)
  return kept.reduce((sum, rating) => sum + rating, 0) / kept.length
}
