import type { EvaluationHistory } from '../../schema/api/evaluation-tags.ts'
import { findImportSource } from '../../schema/api/imported.ts'
import { meanScore } from '../../schema/metrics/scores.ts'
import { scoreWeights } from '../../schema/metrics/weights.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import { toDatasetReference } from './datasets/dataset-reference.ts'
import type { EvaluationRecord } from './evaluation-store.ts'

type Run = EvaluationHistory['data'][number]

/** Fewer resamples than a report has: a trend shows many intervals at once. */
const resamples = 500

/** The runs, oldest first, with what changed from one to the next. */
export function buildHistory(
  records: readonly EvaluationRecord[],
  countsFor: (id: string) => EvaluationCounts,
): Run[] {
  const runs = records.map((record): Omit<Run, 'changed'> => {
    const counts = countsFor(record.id)
    const { rows, rated, mean_rating, score, interval } = meanScore(counts.rows, resamples)
    return {
      id: record.id,
      name: record.options.name,
      created: Math.floor(record.createdAt / 1000),
      model: record.options.model,
      protocol: record.options.protocol,
      ...{ rows, rated, mean_rating, score, interval },
      dataset: toDatasetReference(record),
      imported_from: findImportSource(record.imported),
      weights: scoreWeights(counts.weights).map(({ weights_digest, precision, provider }) => ({
        ...{ weights_digest, precision, provider },
      })),
    }
  })
  return runs.map((run, index) => ({
    ...run,
    changed: index === 0 ? [] : findChanges(runs[index - 1]!, run),
  }))
}

function findChanges(before: Omit<Run, 'changed'>, after: Omit<Run, 'changed'>): Run['changed'] {
  const name = ({ weights }: Pick<Run, 'weights'>) =>
    JSON.stringify(weights.map(({ weights_digest, precision }) => [weights_digest, precision]).sort())
  return [
    ...(before.dataset?.digest === after.dataset?.digest ? [] : (['dataset'] as const)),
    ...(before.model === after.model ? [] : (['judge'] as const)),
    ...(before.protocol === after.protocol ? [] : (['protocol'] as const)),
    ...(name(before) === name(after) ? [] : (['weights'] as const)),
    ...(before.imported_from === after.imported_from ? [] : (['gateway'] as const)),
  ]
}
