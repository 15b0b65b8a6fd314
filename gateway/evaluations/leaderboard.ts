import type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
import { rank } from '../../schema/metrics/leaderboard.ts'
import type { EvaluationRecord } from './evaluation-store.ts'

/**
 * Ranks answering models among those that answered the same questions, under the same protocol and judge. Of
 * several evaluations of a model the newest counts.
 */
export function buildLeaderboard(newestFirst: readonly EvaluationRecord[]): LeaderboardEntry[] {
  const entries = newestFirst.flatMap((evaluation) =>
    (evaluation.modelScores ?? []).map((score) => ({
      ...score,
      evaluation_id: evaluation.id,
      protocol: evaluation.options.protocol,
      judge: evaluation.options.model,
    })),
  )
  const boards = Map.groupBy(entries, ({ dataset, protocol, judge }) =>
    JSON.stringify([dataset, protocol, judge]),
  )
  return [...boards.values()].flatMap((board) => {
    const newest = [...Map.groupBy(board, ({ model }) => model).values()].map((same) => same[0]!)
    return rank(newest)
  })
}
