import { z } from 'zod'
import { ratingProbabilitiesSchema } from '../../../schema/api/judgments.ts'

/**
 * The fields that the gateway reads of a node's answers. All others pass through: servers other than keval-node add
 * and leave out fields. A field that decides nothing is dropped when it is malformed; only what matters fails.
 */
const count = z.int().min(0).nullish().catch(null)
const usage = z.looseObject({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null)
const label = z.string().max(200).nullish().catch(null)
const provenance = z
  .looseObject({
    /** Checked strictly: an answer with another digest is rejected. */
    weights_digest: z.string().max(200).nullish(),
    precision: label,
    provider: label,
    queue_ms: z.number().nullish().catch(null),
  })
  .nullish()
/** 0 to 10. */
const maxRatings = 11
const ratingProbabilities = ratingProbabilitiesSchema.refine(
  ({ probabilities }) => Object.keys(probabilities).length <= maxRatings,
)
const choiceExtension = z.looseObject({ rating_probabilities: ratingProbabilities.nullish() }).nullish()
/** Some servers send an empty string until the answer ends; it is no reason. */
const finishReason = z
  .string()
  .nullish()
  .transform((reason) => reason || null)
const index = z.int().min(0).nullish().catch(null)

export const nodeCompletion = z.looseObject({
  model: z.string().nullish(),
  choices: z
    .array(
      z.looseObject({
        index,
        message: z.looseObject({ content: z.string().nullish() }),
        finish_reason: finishReason,
        keval: choiceExtension,
      }),
    )
    .min(1),
  usage,
  keval: provenance,
})
export type NodeCompletion = z.output<typeof nodeCompletion>

const chunkChoice = z.looseObject({
  index,
  delta: z.looseObject({ content: z.string().nullish() }).nullish(),
  finish_reason: finishReason,
  keval: choiceExtension,
})

export const nodeChunk = z.looseObject({
  model: z.string().nullish(),
  /** A trailing chunk with the usage alone may leave them out. */
  choices: z
    .array(chunkChoice)
    .nullish()
    .transform((choices) => choices ?? []),
  usage,
  keval: provenance,
})
export type NodeChunk = z.output<typeof nodeChunk>

const messageParams = z.record(z.string().max(50), z.union([z.string().max(500), z.number()]))
const refusedFields = z
  .array(
    z.object({ field: z.string().max(200), code: z.string().max(100), params: messageParams.optional() }),
  )
  .max(50)

/** The error object of OpenAI's API; llama.cpp and vLLM use numbers as codes, some servers put the text alone. */
export const nodeRefusal = z.object({
  error: z.union([
    z.string().transform((message) => ({ message })),
    z.object({
      code: z.union([z.string(), z.number()]).nullish().catch(null),
      type: z.string().nullish().catch(null),
      param: z.string().nullish().catch(null),
      message: z.string(),
      /** Of keval-node: the message as a code, and the wrong fields. */
      reason: z.string().max(100).nullish().catch(null),
      params: messageParams.nullish().catch(null),
      errors: refusedFields.nullish().catch(null),
    }),
  ]),
})

export interface NodeRefusal {
  message: string
  code?: string | number | null | undefined
  type?: string | null | undefined
  param?: string | null | undefined
  reason?: string | null | undefined
  params?: z.output<typeof messageParams> | null | undefined
  errors?: z.output<typeof refusedFields> | null | undefined
}
