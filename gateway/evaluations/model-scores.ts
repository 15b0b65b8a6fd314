import type { OverallScore } from '../../schema/api/evaluation-scores.ts'
import type { ModelScore } from '../../schema/api/leaderboard.ts'
import { meanScore } from '../../schema/metrics/scores.ts'
import { areMixed, scoreWeights } from '../../schema/metrics/weights.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'

/** The mean score of all rows of an evaluation; null where no judgment has a rating. */
export function scoreOverall(counts: EvaluationCounts): OverallScore | null {
  const { score, interval } = meanScore(counts.rows)
  return score === null ? null : { score, interval }
}

interface ScoredEvaluation {
  options: { name: string }
  dataset: string | null
  modelDatasets: [model: string | null, dataset: string][] | null
}

/** The scores of each answering model of an evaluation; rows that name no model go under its own name. */
export function scoreModels(counts: EvaluationCounts, evaluation: ScoredEvaluation): ModelScore[] {
  const { name } = evaluation.options
  const datasets = new Map(
    (evaluation.modelDatasets ?? []).map(([model, dataset]) => [model ?? name, dataset]),
  )
  const mixed = areMixed(scoreWeights(counts.weights))
  return [...Map.groupBy(counts.rows, ({ model }) => model ?? name)].map(([model, groups]) => {
    const { judgments: _, ...score } = meanScore(groups)
    return { model, ...score, dataset: datasets.get(model) ?? evaluation.dataset ?? '', mixed_weights: mixed }
  })
}
