import type { Interval } from './bootstrap.ts'
import { minRowsToRank } from './scores.ts'

/** A model's score in one evaluation. */
export interface RankableScore {
  model: string
  rows: number
  score: number | null
  interval: Interval | null
}

/** A place in the leaderboard: a rank, or null with the reason why there is none. */
export type Ranked<S extends RankableScore> = S & {
  rank: number | null
  unranked: 'too_few_rows' | 'no_ratings' | null
  /** Ranked models whose intervals overlap with its own: the rows are too few to separate them. */
  not_separated_from: string[]
}

/**
 * Orders models by their score. A rank is 1 + the number of models that are better beyond chance: their
 * interval lies wholly above. Models that chance could reorder share a rank and name each other; models with too few
 * rows for an interval are listed without one. Source: the rank of Chiang et al. (2024), Chatbot Arena.
 */
export function rank<S extends RankableScore>(scores: readonly S[]): Ranked<S>[] {
  const ordered = [...scores].sort(
    (a, b) => (b.score ?? -1) - (a.score ?? -1) || a.model.localeCompare(b.model),
  )
  const ranked = ordered.filter(({ score, rows }) => score !== null && rows >= minRowsToRank)
  return ordered.map((model) => {
    const none = { ...model, rank: null, not_separated_from: [] }
    if (model.score === null) return { ...none, unranked: 'no_ratings' }
    if (model.rows < minRowsToRank) return { ...none, unranked: 'too_few_rows' }
    const better = ranked.filter((other) => isAbove(other.interval, model.interval))
    const worse = ranked.filter((other) => isAbove(model.interval, other.interval))
    return {
      ...model,
      rank: better.length + 1,
      unranked: null,
      not_separated_from: ranked
        .filter((other) => other !== model && !better.includes(other) && !worse.includes(other))
        .map((other) => other.model),
    }
  })
}

const isAbove = (a: Interval | null, b: Interval | null) => a !== null && b !== null && a[0] > b[1]
