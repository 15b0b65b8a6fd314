import { z } from 'zod'
import { optional } from './null-is-absent.ts'

/** `length`: the token limit or the context ended it. `cancelled` never reaches a client that stayed. */
export const FinishReason = z.enum(['stop', 'length'])
export type FinishReason = z.infer<typeof FinishReason>

const tokenLogprob = z.object({
  token: z.string(),
  logprob: z.number().meta({ description: 'Natural logarithm of its probability at temperature 1' }),
  bytes: z.array(z.int()).nullable().meta({
    description: "The token's own bytes: part of a character where a syllable is split over tokens",
  }),
})
export const TokenLogprob = tokenLogprob.extend({ top_logprobs: z.array(tokenLogprob) })
export type TokenLogprob = z.infer<typeof TokenLogprob>

export const Logprobs = z.object({ content: z.array(TokenLogprob).nullable() })
export type Logprobs = z.infer<typeof Logprobs>

/** The model's own distribution (temperature 1) over the ratings, where the answer states its first rating. */
export const RatingProbabilities = z.object({
  probabilities: z
    .record(z.string(), z.number())
    .meta({ description: 'By rating, `0` to `10`; together 1. A decimal counts for its whole part' }),
  mode: z.int().meta({ description: 'The likeliest rating' }),
  mean: z.number(),
  entropy: z.number().meta({ description: 'In bits; 0 where the judge was certain' }),
  mass: z.number().meta({ description: 'Of all ratings together, before they were scaled to 1' }),
})
export type RatingProbabilities = z.infer<typeof RatingProbabilities>

export const KevalChoice = z.object({
  rating_probabilities: RatingProbabilities.nullable().meta({
    description: 'Null when the answer never came to a rating',
  }),
})
export type KevalChoice = z.infer<typeof KevalChoice>

/** Provenance and timing of an answer. Times are milliseconds. */
export const KevalCompletion = z.object({
  weights_digest: z.string().meta({ description: 'SHA-256 of the weights' }),
  precision: z.string().meta({ description: 'Of the weights, such as `int4`' }),
  provider: z.string().meta({ description: 'What computed it, such as `cpu` or `cuda`' }),
  seed: z.int().meta({ description: "The request's own, or the one drawn for it" }),
  system_folded: z.boolean().meta({
    description: "The model's chat template takes no system role: its text was put in front of the user's",
  }),
  prefix_hit_tokens: z.int().meta({ description: 'Prompt tokens that were computed before' }),
  queue_ms: z.number().meta({ description: 'Waiting; of several answers the longest' }),
  prefill_ms: z.number().meta({ description: 'Reading the prompt; of several answers the longest' }),
  decode_ms: z.number().meta({ description: 'Writing; of several answers the longest' }),
})
export type KevalCompletion = z.infer<typeof KevalCompletion>

export const Usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: optional(
    z.object({ cached_tokens: optional(z.int()).meta({ description: 'Of the prompt, computed before' }) }),
  ),
})
export type Usage = z.infer<typeof Usage>

export const ChatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: optional(z.string()).meta({
    description: 'Precision and beginning of the weights digest',
  }),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: optional(z.string()),
      }),
      finish_reason: z.string().nullable().meta({
        description:
          '`stop`: the model ended by itself or at a stop string; `length`: a bound of tokens cut it off',
      }),
      logprobs: optional(Logprobs),
      keval: optional(KevalChoice),
    }),
  ),
  usage: optional(Usage),
  keval: optional(KevalCompletion).meta({ description: 'How the node made it; from keval nodes alone' }),
})
export type ChatCompletion = z.infer<typeof ChatCompletion>

export const ChatCompletionChunk = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: optional(z.string()),
  choices: z.array(
    z.object({
      index: z.int(),
      delta: z.object({ role: optional(z.string()), content: optional(z.string()) }),
      finish_reason: z.string().nullish(),
      logprobs: optional(Logprobs),
      /** On the choice's last chunk, when rating probabilities were asked for. */
      keval: optional(KevalChoice),
    }),
  ),
  usage: optional(Usage),
  /** On the chunk that finishes the last choice. */
  keval: optional(KevalCompletion),
})
export type ChatCompletionChunk = z.infer<typeof ChatCompletionChunk>
