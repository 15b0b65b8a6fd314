/** A set of weights as the node reports it; null where it does not tell. */
export interface ServedWeights {
  weights_digest: string | null
  precision: string | null
  provider: string | null
}

export interface WeightsScore extends ServedWeights {
  judgments: number
  rated: number
  mean_rating: number | null
  score: number | null
}

interface Count {
  digest: string | null
  precision: string | null
  provider: string | null
  rating: number | null
  count: number
}

/** The mean rating of each set of weights, most judgments first. */
export function scoreWeights(counts: readonly Count[]): WeightsScore[] {
  const groups = Map.groupBy(counts, ({ digest, precision, provider }) =>
    JSON.stringify([digest, precision, provider]),
  )
  return [...groups.values()]
    .map((same) => {
      const rated = same.filter(({ rating }) => rating !== null)
      const ratings = rated.reduce((sum, { count }) => sum + count, 0)
      const mean =
        ratings === 0 ? null : rated.reduce((sum, one) => sum + one.rating! * one.count, 0) / ratings
      const { digest, precision, provider } = same[0]!
      return {
        weights_digest: digest,
        precision,
        provider,
        judgments: same.reduce((sum, { count }) => sum + count, 0),
        rated: ratings,
        mean_rating: mean,
        score: mean === null ? null : mean / 10,
      }
    })
    .sort(
      (a, b) => b.judgments - a.judgments || ((a.weights_digest ?? '') < (b.weights_digest ?? '') ? -1 : 1),
    )
}

/** Returns whether judgments of different weights or precision were mixed. The provider alone computes the same weights. */
export const areMixed = (weights: readonly ServedWeights[]): boolean =>
  new Set(weights.map(({ weights_digest, precision }) => JSON.stringify([weights_digest, precision]))).size >
  1
