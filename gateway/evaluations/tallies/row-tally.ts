import type { JudgedWeights } from '../../../schema/db/evaluations.ts'
import { diffPoints } from '../../../schema/metrics/card-tables.ts'
import { type RatingSummary, summarizeRatings } from '../../../schema/metrics/rating-summary.ts'

/** A judgment of a row that came to an end in the judge's own words, with a rating or without. */
export interface Judged {
  turn: number
  label: number | null
  rating: number | null
  expected: number | null
  weights: JudgedWeights | null
}

export interface RowFacts {
  model: string | null
  category: string | null
  languagesDiffer: boolean | null
  /** Rule that makes one rating of repeats. */
  summary: RatingSummary
}

export type TallyKind = 'row' | 'turn' | 'outcome' | 'repeat' | 'language' | 'weights' | 'expected'
const unknownWeights: JudgedWeights = [null, null, null]

/** Equal results have the same key. */
export type TallyKey = (string | number | boolean | null)[]

/** Sums over the judgments of one row, in the order of `addedNames`. */
export const addedNames = [
  'judgments',
  'rated',
  'ratingSum',
  'labelled',
  'diffPoints',
  'exact',
  'labelledRated',
] as const

/**
 * The tally entries of a row: of the whole row, of each turn and of each judgment. `judged` must
 * always come in the same order, so that sums of broken ratings are the same to the last bit.
 */
export function tallyRow(facts: RowFacts, judged: readonly Judged[]): [TallyKind, TallyKey][] {
  if (judged.length === 0) return []
  const { model, category, languagesDiffer, summary } = facts
  const turns = [...Map.groupBy(judged, ({ turn }) => turn)]
  return [
    ['row', [model, category, ...added(judged, summary)]],
    ...turns.map(([turn, same]): [TallyKind, TallyKey] => [
      'turn',
      [model, category, turn, ...added(same, summary)],
    ]),
    ...judged.map(({ label, rating }): [TallyKind, TallyKey] => ['outcome', [label, rating]]),
    ...judged.map(({ weights, rating }): [TallyKind, TallyKey] => [
      'weights',
      [...(weights ?? unknownWeights), rating],
    ]),
    ...turns.flatMap(([, same]) => tallyRepeats(same)),
    ...tallyExpected(judged, summary),
    ...judged.flatMap(({ rating }): [TallyKind, TallyKey][] =>
      languagesDiffer === null || rating === null ? [] : [['language', [languagesDiffer, rating === 0]]],
    ),
  ]
}

function added(judged: readonly Judged[], summary: RatingSummary): number[] {
  const rated = judged.filter(({ rating }) => rating !== null)
  const labelled = judged.filter(({ label }) => label !== null)
  const both = rated.filter(({ label }) => label !== null)
  return [
    judged.length,
    rated.length,
    sumRatings(rated, summary),
    labelled.length,
    sum(both, ({ label, rating }) => diffPoints(label!, rating!)),
    both.filter(({ label, rating }) => label === rating).length,
    both.length,
  ]
}

/** The sum of the ratings; each turn adds the summary of its repeats as often as it has rated ones. */
function sumRatings(rated: readonly Judged[], summary: RatingSummary): number {
  if (summary === 'mean') return sum(rated, ({ rating }) => rating!)
  const turns = [...Map.groupBy(rated, ({ turn }) => turn).values()]
  const total = sum(turns, (same) => {
    const ratings = same.map(({ rating, expected }) =>
      summary === 'expected' ? (expected ?? rating!) : rating!,
    )
    return same.length * summarizeRatings(ratings, summary)!
  })
  // sums of fractions differ in the last bits by their order
  return Math.round(total * 1e6) / 1e6
}

/** Ratings of which the node gave probabilities or not, where their mean is asked for. */
function tallyExpected(judged: readonly Judged[], summary: RatingSummary): [TallyKind, TallyKey][] {
  if (summary !== 'expected') return []
  return judged.flatMap(({ rating, expected }): [TallyKind, TallyKey][] =>
    rating === null ? [] : [['expected', [expected !== null]]],
  )
}

/** Repeats that can be compared: two of a turn or more that have a rating. */
function tallyRepeats(judged: readonly Judged[]): [TallyKind, TallyKey][] {
  const ratings = judged.flatMap(({ rating }) => (rating === null ? [] : [rating]))
  if (ratings.length < 2) return []
  const squares = sum(ratings, (rating) => rating * rating)
  const total = sum(ratings, (rating) => rating)
  return [['repeat', [ratings.length, total, squares, Math.min(...ratings), Math.max(...ratings)]]]
}

const sum = <Item>(items: readonly Item[], value: (item: Item) => number) =>
  items.reduce((total, item) => total + value(item), 0)
