import type { LeaderboardEntry, Standings } from '../../schema/api/reports.ts'
import { rank } from '../../schema/metrics/leaderboard.ts'
import { meanScore } from '../../schema/metrics/scores.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { EvaluationRecord } from './evaluation-store.ts'

/** The scores of each answering model of an evaluation; rows that name no model go under its own name. */
export function standingsOf(
  { rows }: EvaluationCounts,
  { options }: Pick<EvaluationRecord, 'options'>,
): Standings {
  const byModel = Map.groupBy(rows, ({ model }) => model ?? options.name)
  return [...byModel].map(([model, groups]) => {
    const { judgments: _, ...score } = meanScore(groups)
    return { model, ...score }
  })
}

/**
 * Ranks answering models among those that answered the same questions, under the same protocol and judge. Of
 * several evaluations of a model the newest counts.
 */
export function leaderboardOf(newestFirst: readonly EvaluationRecord[]): LeaderboardEntry[] {
  const entries = newestFirst.flatMap((evaluation) =>
    (evaluation.standings ?? []).map((standing) => ({
      ...standing,
      evaluation_id: evaluation.id,
      protocol: evaluation.options.protocol,
      judge: evaluation.options.model,
      dataset: evaluation.dataset ?? '',
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
