import type { DatasetReference } from '../api/datasets.ts'

/** A dataset as people refer to it: `nightly v2`. */
export const toDatasetName = ({ name, version }: Pick<DatasetReference, 'name' | 'version'>): string =>
  `${name} v${version}`
