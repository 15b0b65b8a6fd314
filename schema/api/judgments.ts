import { z } from 'zod'
import { maxTextLength } from '../judge/bounds.ts'
import { customPrompt } from '../judge/custom-prompt.ts'
import { warningCodes } from '../judge/lint.ts'
import { protocolNames, protocols } from '../judge/protocol.ts'
import { chooseTemplate, type Turn } from '../judge/render.ts'
import { type TemplateName, templateNames, templates } from '../judge/templates.ts'
import { type FieldError, fieldError, says } from '../messages/field-errors.ts'
import { messageParams } from '../messages/schemas.ts'
import { judgmentRequestRules } from './judgment-request-rules.ts'
import { dropNulls, optional, withDefault } from './null-is-absent.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'

const text = (what: string) => z.string().max(maxTextLength).meta({ description: what })
const question = text('What was asked').min(1)
const answer = text('What is judged; may be empty')
const reference = text('The answer to compare with')
const modelName = z.string().min(1).max(200)

const turnSchema = z.strictObject({ question, answer, reference: optional(reference) }).transform(dropNulls)

/** `POST /v1/judgments`: one turn as question, answer, reference, or two as `turns`. */
export const judgmentRequestSchema = z
  .strictObject({
    model: modelName.meta({ description: 'A model of `GET /v1/models`', example: 'keval-mini' }),
    template: z
      .enum(templateNames)
      .nullish()
      .meta({ description: 'Left out, it follows from what is given: a reference or not, one turn or two' }),
    question: optional(question),
    answer: optional(answer),
    reference: optional(reference),
    turns: z.array(turnSchema).length(2, says('two_turns_exactly')).nullish().meta({
      description: 'A conversation of two turns, in place of `question`, `answer` and `reference`',
      minItems: 2,
      maxItems: 2,
    }),
    protocol: withDefault(z.enum(protocolNames), 'ko-bench').meta({
      description: '`simple-keval` repeats the published leaderboard run, with its own defaults',
    }),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .nullish()
      .meta({ description: 'Default 0.7; 0.8 under `simple-keval`' }),
    top_p: withDefault(z.number().gt(0).max(1), 1).meta({
      description: 'Draws from the likeliest tokens that have this probability together; 1 keeps all',
    }),
    seed: z
      .int()
      .min(0)
      .max(0x7fffffff)
      .nullish()
      .meta({ description: 'Left out, it follows from the request: a repeat gives the same text' }),
    max_tokens: z.int().min(1).max(4096).nullish().meta({
      description:
        'Most tokens that the judge may write; left out, what the node allows, 2048 under `simple-keval`',
    }),
    n: withDefault(z.int().min(1).max(16), 1).meta({
      description: 'Judgments to make of it, each with a seed of its own',
    }),
    stream: withDefault(z.boolean(), false).meta({
      description: 'Server-sent events as the judge writes; only with `n` 1',
    }),
    rating_probabilities: withDefault(z.boolean(), false).meta({
      description: 'Also say how likely each rating was; only keval nodes know',
    }),
  })
  .meta({ id: 'JudgmentRequest', ...judgmentRequestRules })
  .transform(dropNulls)
  .superRefine((request, context) => {
    for (const { field, code, params } of misfits(request)) {
      context.addIssue({ code: 'custom', path: field.split('.'), params: { problem: code, ...params } })
    }
  })

export type JudgmentRequest = z.output<typeof judgmentRequestSchema>
type Given = Pick<
  JudgmentRequest,
  'question' | 'answer' | 'reference' | 'turns' | 'template' | 'protocol' | 'stream' | 'n'
>

/** Which combinations of template and texts do not go together, by field. */
function misfits(request: Given): FieldError[] {
  const found: FieldError[] = []
  if (request.stream && request.n > 1) found.push(fieldError('n', 'n_with_stream'))
  if (request.turns !== undefined) {
    for (const field of ['question', 'answer', 'reference'] as const) {
      if (request[field] !== undefined) found.push(fieldError(field, 'with_turns'))
    }
  } else {
    for (const field of ['question', 'answer'] as const) {
      if (request[field] === undefined) found.push(fieldError(field, 'required_or_turns'))
    }
  }
  if (request.protocol === 'simple-keval') {
    if (request.turns !== undefined) found.push(fieldError('turns', 'simple_keval_turns'))
    if ((request.template ?? 'single-math-v1') !== 'single-math-v1') {
      found.push(fieldError('template', 'simple_keval_template'))
    }
    return found
  }
  if (found.length > 0 || request.template === undefined) return found

  const template = templates[request.template]
  const turns = getTurns(request)
  if (template.turns !== turns.length) {
    const code = template.turns === 2 ? 'template_needs_turns' : 'template_takes_one_turn'
    return [fieldError('template', code, { template: template.name })]
  }
  turns.forEach((turn, index) => {
    const field = request.turns === undefined ? 'reference' : `turns.${index}.reference`
    if (template.reference && turn.reference === undefined) {
      found.push(fieldError(field, 'template_needs_reference', { template: template.name }))
    }
    if (!template.reference && turn.reference !== undefined) {
      found.push(fieldError(field, 'template_hides_reference', { template: template.name }))
    }
  })
  return found
}

/** The turns of a request, whichever way they were given. */
export function getTurns(
  request: Pick<JudgmentRequest, 'question' | 'answer' | 'reference' | 'turns'>,
): Turn[] {
  if (request.turns !== undefined) return request.turns
  return [{ question: request.question ?? '', answer: request.answer ?? '', reference: request.reference }]
}

export function getTemplate(request: Given): TemplateName {
  if (request.protocol === 'simple-keval') return 'single-math-v1'
  return request.template ?? chooseTemplate(getTurns(request))
}

/** The sampling a request asks for, with the defaults of its protocol. */
export interface Sampling {
  temperature: number
  topP: number
  /** Null leaves the bound to the node. */
  maxTokens: number | null
}

export function toSampling(
  request: Pick<JudgmentRequest, 'protocol' | 'temperature' | 'top_p' | 'max_tokens'>,
): Sampling {
  const protocol = protocols[request.protocol]
  return {
    temperature: request.temperature ?? protocol.temperature,
    topP: request.top_p,
    maxTokens: request.max_tokens ?? protocol.maxTokens,
  }
}

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
