import { z } from 'zod'
import { customPrompt } from '../judge/custom-prompt.ts'
import { warningCodes } from '../judge/lint.ts'
import { protocolNames } from '../judge/protocol.ts'
import { templateNames } from '../judge/templates.ts'
import { messageParams } from '../messages/schemas.ts'
import { modelName, turnSchema } from './judgment-request.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'

export const verdicts = ['rated', 'no_rating', 'truncated'] as const

const usageSchema = z.object({
  prompt_tokens: z.int().meta({ description: 'Of what the judge read' }),
  completion_tokens: z.int().meta({ description: 'Of what the judge wrote' }),
  total_tokens: z.int(),
})

export const ratingProbabilitiesSchema = z.object({
  probabilities: z
    .record(z.string(), z.number())
    .meta({ description: 'By rating, `0` to `10`; together 1. A decimal counts for its whole part' }),
  mode: z.number().meta({ description: 'The likeliest rating' }),
  mean: z.number(),
  entropy: z.number().meta({ description: 'In bits; 0 where the judge was certain' }),
})

const provenanceSchema = z.object({
  ...servedWeights,
  node: z.string().meta({ description: 'Id of the node' }),
  template_version: z.int().meta({ description: '0 for `custom`' }),
  prompt_sha256: z
    .string()
    .meta({ description: 'SHA-256 of the messages that the judge read, as canonical JSON' }),
  sampling: z.object({
    temperature: z.number(),
    top_p: z.number(),
    seed: z.int().meta({ description: 'The one given, or the one that followed from the request' }),
    max_tokens: z.int().nullable().meta({ description: 'Null left it to the node' }),
  }),
  rating_rule: z.string().nullable().meta({
    description:
      'Where the rating was read: `labelled-double-bracket` is `[[n]]` behind a label such as Rating at the beginning of a line, `labelled-bracket` the same with `[n]` on the last line, `lone-double-bracket` the one `[[n]]` outside quotations and code; `first-double-bracket` and `first-bracket` are those of `simple-keval`. Null without a rating',
  }),
  started_at: z.string().meta({ description: 'When the node was asked; ISO 8601, UTC' }),
  completed_at: z.string().meta({ description: 'When its answer was whole; ISO 8601, UTC' }),
})

const warningSchema = z.object({
  code: z.enum(warningCodes),
  field: z
    .string()
    .nullable()
    .meta({ description: 'The text it speaks of; null for the request as a whole' }),
  params: messageParams.optional(),
  message: z.string().meta({ description: 'In the language of `Accept-Language`' }),
})

export const judgmentSchema = z
  .object({
    id: z.string(),
    object: z.literal('judgment'),
    created: z.int().meta({ description: 'Unix time in seconds' }),
    model: z.string(),
    template: z
      .enum([...templateNames, customPrompt])
      .meta({ description: '`custom`: a prompt of a test set that is none of the templates' }),
    protocol: z.enum(protocolNames).meta({ description: 'The way it was judged' }),
    rating: z.number().min(0).max(10).nullable().meta({ description: '0..10; 0 is a verdict, null is none' }),
    verdict: z.enum(verdicts).meta({ description: 'Why there is a rating or none' }),
    explanation: z.string().meta({ description: 'What the judge wrote before its rating' }),
    text: z.string().meta({ description: 'All that the judge wrote' }),
    finish_reason: z
      .string()
      .meta({ description: '`stop`: the judge ended by itself; `length`: a bound of tokens cut it off' }),
    usage: usageSchema,
    fingerprint: z.string().meta({
      description: 'SHA-256 of all that determines the judgment: requests with the same one are repeats',
    }),
    provenance: provenanceSchema,
    warnings: z.array(warningSchema).meta({ description: 'What makes this judgment less trustworthy' }),
    stored: z.boolean().meta({ description: 'Whether `GET /v1/judgments/{id}` will show it' }),
    not_stored: z.string().optional().meta({ description: 'Why it is not stored; absent when it is' }),
    rating_probabilities: ratingProbabilitiesSchema.nullable().optional().meta({
      description:
        'Where they were asked for: how likely each rating was at the place of the first; null where the node does not tell or the judge came to none',
    }),
  })
  .meta({ id: 'Judgment' })

export type Judgment = z.output<typeof judgmentSchema>

/** `GET /v1/judgments/{id}`: the judgment and what was judged, for as long as it is stored. */
export const shownJudgmentSchema = judgmentSchema
  .extend({
    input: z
      .object({
        question: z.string().optional(),
        answer: z.string().optional(),
        reference: z.string().optional(),
        turns: z.array(turnSchema).optional(),
      })
      .meta({ description: 'As it was sent: one turn, or two as `turns`' }),
  })
  .meta({ id: 'StoredJudgment' })
export type ShownJudgment = z.output<typeof shownJudgmentSchema>

/** With `n` above 1 the samples come as a list. */
export const judgmentListSchema = z.object({
  object: z.literal('list'),
  data: z.array(judgmentSchema),
  has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
})

const time = z.iso.datetime({ offset: true })

export const judgmentPageQuery = z.strictObject({
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(20)),
  after: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The id of the last judgment of the page before' }),
  model: modelName.optional(),
  template: z.enum([...templateNames, customPrompt]).optional(),
  verdict: z.enum(verdicts).optional(),
  min_rating: queryNumber(z.coerce.number().min(0).max(10).optional()).meta({
    description: 'Rated this or higher',
  }),
  max_rating: queryNumber(z.coerce.number().min(0).max(10).optional()).meta({
    description: 'Rated this or lower',
  }),
  since: time.optional().meta({ description: 'Judged at this time or later' }),
  until: time.optional().meta({ description: 'Judged before this time' }),
  evaluation: z.string().max(64).optional().meta({ description: 'The id of an evaluation' }),
})

export type JudgmentPageQuery = z.output<typeof judgmentPageQuery>

/** `POST /v1/judgments/{id}/replay`: the same judgment made once more, compared with the stored one. */
export const replaySchema = z
  .object({
    object: z.literal('replay'),
    original: z.string().meta({ description: 'The id of the stored judgment' }),
    outcome: z.enum(['identical', 'same_rating', 'different']).meta({
      description: '`identical`: the same text; `same_rating`: another text with the same verdict and rating',
    }),
    same_weights: z
      .boolean()
      .nullable()
      .meta({ description: 'Null when a node does not report its weights' }),
    judgment: judgmentSchema,
  })
  .meta({ id: 'Replay' })

export type Replay = z.output<typeof replaySchema>
