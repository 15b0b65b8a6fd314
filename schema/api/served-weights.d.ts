import { z } from 'zod'
/** What a node tells of the weights behind a model. */
export declare const servedWeights: {
  weights_digest: z.ZodNullable<z.ZodString>
  precision: z.ZodNullable<z.ZodString>
  provider: z.ZodNullable<z.ZodString>
}
