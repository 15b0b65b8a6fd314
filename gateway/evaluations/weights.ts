import type { ServedModel } from '../nodes/served-model.ts'

/** The identity of a judge's weights: their digest, if the nodes report one. */
export const toWeightsName = (served: Pick<ServedModel, 'weightsDigest'> | undefined) =>
  served?.weightsDigest ?? 'unreported'
