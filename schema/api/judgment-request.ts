import { z } from 'zod'
import { maxTextLength } from '../judge/bounds.ts'
import { protocolNames, protocols } from '../judge/protocol.ts'
import { chooseTemplate, type Turn } from '../judge/render.ts'
import { type TemplateName, templateNames, templates } from '../judge/templates.ts'
import { type FieldError, fieldError, withMessage } from '../messages/field-errors.ts'
import { described } from './described.ts'
import { judgmentRequestRules } from './judgment-request-rules.ts'
import { dropNulls, optional, withDefault } from './null-is-absent.ts'

const text = (...description: Parameters<typeof described>) =>
  z
    .string()
    .max(maxTextLength)
    .meta(described(...description))
const question = text('The question', '질문').min(1)
const answer = text('The answer to judge; may be empty', '판정할 답변. 비어 있어도 됩니다')
const reference = text('Reference answer', '참고 답변')
export const modelName = z.string().min(1).max(200)

export const turnSchema = z
  .strictObject({ question, answer, reference: optional(reference) })
  .transform(dropNulls)

/** `POST /v1/judgments`: one turn as question, answer, reference, or two as `turns`. */
export const judgmentRequestSchema = z
  .strictObject({
    model: modelName.meta({
      ...described('A model of `GET /v1/models`', '`GET /v1/models`에 있는 모델'),
      example: 'keval-mini',
    }),
    template: z
      .enum(templateNames)
      .nullish()
      .meta(
        described(
          'Default: chosen by reference and number of turns',
          '기본값: 참고 답변 유무와 턴 수에 따라 선택',
        ),
      ),
    question: optional(question),
    answer: optional(answer),
    reference: optional(reference),
    turns: z
      .array(turnSchema)
      .length(2, withMessage('two_turns_exactly'))
      .nullish()
      .meta({
        ...described(
          'A conversation of two turns, in place of `question`, `answer` and `reference`',
          '2턴 대화. `question`, `answer`, `reference` 대신 씁니다',
        ),
        minItems: 2,
        maxItems: 2,
      }),
    protocol: withDefault(z.enum(protocolNames), 'ko-bench').meta(
      described(
        '`simple-keval` repeats the published leaderboard run, with its own defaults',
        '`simple-keval`은 공개 순위표와 같은 방식과 기본값으로 판정합니다',
      ),
    ),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .nullish()
      .meta(described('Default 0.7; 0.8 under `simple-keval`', '기본값 0.7, `simple-keval`에서는 0.8')),
    top_p: withDefault(z.number().gt(0).max(1), 1).meta(
      described(
        'Draws from the likeliest tokens that have this probability together; 1 keeps all',
        '누적 확률이 이 값에 이를 때까지의 상위 토큰에서 뽑습니다. 1이면 전체',
      ),
    ),
    seed: z
      .int()
      .min(0)
      .max(0x7fffffff)
      .nullish()
      .meta(
        described(
          'Default: derived from the request, so a repeat gives the same text',
          '기본값은 요청 내용으로 정하므로, 반복해도 결과가 같습니다',
        ),
      ),
    max_tokens: z
      .int()
      .min(1)
      .max(4096)
      .nullish()
      .meta(
        described(
          "Maximum tokens of the judge's answer; default: the node's limit, 2048 under `simple-keval`",
          '심판 출력의 최대 토큰. 기본값은 노드의 한도, `simple-keval`에서는 2048',
        ),
      ),
    n: withDefault(z.int().min(1).max(16), 1).meta(
      described('Number of judgments, each with its own seed', '판정 횟수. 각각 다른 시드를 씁니다'),
    ),
    stream: withDefault(z.boolean(), false).meta(
      described(
        'Server-sent events as the judge writes; only with `n` 1',
        '심판의 출력을 서버 전송 이벤트로 실시간 전송합니다. `n`이 1일 때만 가능',
      ),
    ),
    rating_probabilities: withDefault(z.boolean(), false).meta(
      described(
        'Return the probability of each rating; keval nodes only',
        '평점별 확률을 반환. keval 노드만 지원',
      ),
    ),
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

/** Lists combinations of template and texts that do not go together, by field. */
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
