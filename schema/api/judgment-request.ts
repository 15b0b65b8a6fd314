import { z } from 'zod'
import { maxTextLength } from '../judge/bounds.ts'
import { protocolNames, protocols } from '../judge/protocol.ts'
import { chooseTemplate, type Turn } from '../judge/render.ts'
import { type TemplateName, templateNames, templates } from '../judge/templates.ts'
import { type FieldError, fieldError, says } from '../messages/field-errors.ts'
import { judgmentRequestRules } from './judgment-request-rules.ts'
import { dropNulls, optional, withDefault } from './null-is-absent.ts'

const text = (what: string) => z.string().max(maxTextLength).meta({ description: what })
const question = text('What was asked').min(1)
const answer = text('What is judged; may be empty')
const reference = text('The answer to compare with')
export const modelName = z.string().min(1).max(200)

export const turnSchema = z
  .strictObject({ question, answer, reference: optional(reference) })
  .transform(dropNulls)

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
