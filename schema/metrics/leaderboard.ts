import type { Interval } from './bootstrap.ts'

/** A model's score in one evaluation. */
export interface RankableScore {
  model: string
  score: number | null
  interval: Interval | null
  too_few_to_rank: boolean
}

/** A place in the leaderboard: a rank, or null with the reason why there is none. */
export type Ranked<S extends RankableScore> = S & {
  rank: number | null
  unranked: 'too_few_rows' | 'no_ratings' | null
}

/**
 * Orders models by their score. A rank is 1 + the number of models that are better beyond chance: their
 * interval lies wholly above. Models that chance could reorder share a rank; models with too few rows are
 * listed without one. Source: the rank of Chiang et al. (2024), Chatbot Arena.
 */
export function rank<S extends RankableScore>(scores: readonly S[]): Ranked<S>[] {
  const ranked = scores.filter((model) => model.score !== null && !model.too_few_to_rank)
  return [...scores]
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || a.model.localeCompare(b.model))
    .map((model) => {
      if (model.score === null) return { ...model, rank: null, unranked: 'no_ratings' }
      if (model.too_few_to_rank) return { ...model, rank: null, unranked: 'too_few_rows' }
      const better = ranked.filter((other) => isAbove(other.interval, model.interval)).length
      return { ...model, rank: better + 1, unranked: null }
    })
}

const isAbove = (a: Interval | null, b: Interval | null) => a !== null && b !== null && a[0] > b[1]
