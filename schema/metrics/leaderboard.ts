import type { Interval } from './bootstrap.ts'

/** A model's score in one evaluation. */
export interface Standing {
  model: string
  score: number | null
  interval: Interval | null
  too_few_to_rank: boolean
}

/** A place in the leaderboard: a rank, or null with the reason why there is none. */
export type Ranked<S extends Standing> = S & {
  rank: number | null
  unranked: 'too_few_rows' | 'no_ratings' | null
}

/**
 * Orders models by their score. A rank is 1 + the number of models that are better beyond chance: their
 * interval lies wholly above. Models that chance could reorder share a rank; models with too few rows are
 * listed without one. Source: the rank of Chiang et al. (2024), Chatbot Arena.
 */
export function rank<S extends Standing>(standings: readonly S[]): Ranked<S>[] {
  const ranked = standings.filter((standing) => standing.score !== null && !standing.too_few_to_rank)
  return [...standings]
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1) || a.model.localeCompare(b.model))
    .map((standing) => {
      if (standing.score === null) return { ...standing, rank: null, unranked: 'no_ratings' }
      if (standing.too_few_to_rank) return { ...standing, rank: null, unranked: 'too_few_rows' }
      const better = ranked.filter((other) => isAbove(other.interval, standing.interval)).length
      return { ...standing, rank: better + 1, unranked: null }
    })
}

const isAbove = (a: Interval | null, b: Interval | null) => a !== null && b !== null && a[0] > b[1]
