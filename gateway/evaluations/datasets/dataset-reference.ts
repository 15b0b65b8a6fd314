import type { DatasetReference } from '../../../schema/api/datasets.ts'
import type { EvaluationRecord } from '../evaluation-store.ts'

/** The dataset of an evaluation; null while its file is read, and for the cases of an audit. */
export function toDatasetReference({
  dataset,
  datasetName,
  datasetVersion,
}: Pick<EvaluationRecord, 'dataset' | 'datasetName' | 'datasetVersion'>): DatasetReference | null {
  if (dataset === null || datasetName === null || datasetVersion === null) return null
  return { digest: dataset, name: datasetName, version: datasetVersion }
}
