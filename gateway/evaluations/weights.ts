import type { ServedModel } from '../nodes/served-model.ts'

/** How an evaluation names the weights of its judge: by their digest, where the nodes tell one. */
export const toWeightsName = (served: Pick<ServedModel, 'weightsDigest'> | undefined) =>
  served?.weightsDigest ?? 'unreported'
