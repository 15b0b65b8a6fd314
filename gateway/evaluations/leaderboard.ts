import type { DatasetReference } from '../../schema/api/datasets.ts'
import { findImportSource } from '../../schema/api/imported.ts'
import type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
import { rank } from '../../schema/metrics/leaderboard.ts'
import { toDatasetReference } from './datasets/dataset-reference.ts'
import type { EvaluationRecord } from './evaluation-store.ts'

/**
 * Ranks answering models among those that answered the same questions, under the same protocol and judge. Of
 * several evaluations of a model the newest counts; an imported one, whose ratings are unverified, only where none was
 * judged here.
 */
export function buildLeaderboard(
  newestFirst: readonly EvaluationRecord[],
  findDataset: (digest: string) => DatasetReference | null,
): LeaderboardEntry[] {
  const entries = newestFirst.flatMap((evaluation) =>
    (evaluation.modelScores ?? []).map((score) => ({
      ...score,
      dataset: toBoardDataset(score.dataset, evaluation, findDataset),
      evaluation_id: evaluation.id,
      protocol: evaluation.options.protocol,
      judge: evaluation.options.model,
      imported_from: findImportSource(evaluation.imported),
    })),
  )
  const boards = Map.groupBy(entries, ({ dataset, protocol, judge }) =>
    JSON.stringify([dataset.digest, protocol, judge]),
  )
  return [...boards.values()].flatMap((board) => {
    const newest = [...Map.groupBy(board, ({ model }) => model).values()].map(
      (same) => same.find(({ imported_from: source }) => source === null) ?? same[0]!,
    )
    return rank(newest)
  })
}

/** The questions that a model answered: a dataset, or a part of the evaluation's. */
function toBoardDataset(
  digest: string,
  evaluation: EvaluationRecord,
  findDataset: (digest: string) => DatasetReference | null,
): LeaderboardEntry['dataset'] {
  const own = digest === evaluation.dataset ? toDatasetReference(evaluation) : findDataset(digest)
  if (own !== null) return { ...own, complete: true }
  const whole = toDatasetReference(evaluation)
  return { digest, name: whole?.name ?? digest, version: whole?.version ?? 1, complete: false }
}
