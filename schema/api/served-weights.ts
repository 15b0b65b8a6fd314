import { z } from 'zod'

/** A node's report of the weights of a model. */
export const servedWeights = {
  weights_digest: z
    .string()
    .nullable()
    .meta({ description: 'SHA-256 of the weights; null where the node does not tell' }),
  precision: z
    .string()
    .nullable()
    .meta({ description: 'Of the weights, such as `int4`; null where the node does not tell' }),
  provider: z
    .string()
    .nullable()
    .meta({ description: 'What computed it, such as `cpu` or `cuda`; null where the node does not tell' }),
}
