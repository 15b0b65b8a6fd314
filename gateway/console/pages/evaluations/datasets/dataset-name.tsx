import type { DatasetReference } from '../../../../../schema/api/datasets.ts'
import { toDatasetName } from '../../../../../schema/report/dataset-name.ts'

/** A dataset by name and version, as the way to what it is. */
export function DatasetName({ dataset }: { dataset: DatasetReference }) {
  return <a href={`/datasets/${encodeURIComponent(dataset.digest)}`}>{toDatasetName(dataset)}</a>
}
