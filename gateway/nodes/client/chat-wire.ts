import { z } from 'zod'
import { ratingProbabilitiesSchema } from '../../../schema/api/judgments.ts'

/**
 * What the gateway reads of a node's answers. Everything else passes by: servers other than keval-node add
 * and leave out fields.
 */
const name = z.string().max(200).nullish()
const usage = z.looseObject({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) }).nullish()
const maker = z
  .looseObject({
    weights_digest: name,
    precision: name,
    provider: name,
    queue_ms: z.number().nullish(),
  })
  .nullish()
/** 0 to 10. */
const mostRatings = 11
const ratingProbabilities = ratingProbabilitiesSchema.refine(
  ({ probabilities }) => Object.keys(probabilities).length <= mostRatings,
)
const choiceExtension = z.looseObject({ rating_probabilities: ratingProbabilities.nullish() }).nullish()

export const nodeCompletion = z.looseObject({
  model: z.string().nullish(),
  choices: z
    .array(
      z.looseObject({
        index: z.int().nullish(),
        message: z.looseObject({ content: z.string().nullish() }),
        finish_reason: z.string().nullish(),
        keval: choiceExtension,
      }),
    )
    .min(1),
  usage,
  keval: maker,
})
export type NodeCompletion = z.output<typeof nodeCompletion>

export const nodeChunk = z.looseObject({
  model: z.string().nullish(),
  choices: z.array(
    z.looseObject({
      index: z.int().nullish(),
      delta: z.looseObject({ content: z.string().nullish() }).nullish(),
      finish_reason: z.string().nullish(),
      keval: choiceExtension,
    }),
  ),
  usage,
  keval: maker,
})
export type NodeChunk = z.output<typeof nodeChunk>

/** The error object of OpenAI's API; llama.cpp and vLLM use numbers as codes. */
export const nodeRefusal = z.object({
  error: z.object({
    code: z.union([z.string(), z.number()]).nullish(),
    type: z.string().nullish(),
    message: z.string(),
  }),
})
