import { z } from 'zod'
import { customPrompt } from '../judge/custom-prompt.ts'
import { warningCodes } from '../judge/lint.ts'
import { protocolNames } from '../judge/protocol.ts'
import { templateNames } from '../judge/templates.ts'
import { messageParams } from '../messages/schemas.ts'
import { RatingProbabilities } from './chat-completion.ts'
import { described } from './described.ts'
import { modelName, turnSchema } from './judgment-request.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'

export const verdicts = ['rated', 'no_rating', 'truncated'] as const

const usageSchema = z.object({
  prompt_tokens: z.int().meta(described('Input tokens', '심판의 입력 토큰')),
  completion_tokens: z.int().meta(described('Output tokens', '심판의 출력 토큰')),
  total_tokens: z.int(),
})

/** The distribution over the ratings; `mass` stays with the node's answer. */
export const ratingProbabilitiesSchema = RatingProbabilities.omit({ mass: true })

const provenanceSchema = z.object({
  ...servedWeights,
  node: z.string().meta(described('ID of the node', '노드의 ID')),
  template_version: z.int().meta(described('0 for `custom`', '`custom`이면 0')),
  prompt_sha256: z
    .string()
    .meta(
      described(
        'SHA-256 of the messages sent to the judge, as canonical JSON',
        '심판에 보낸 메시지(정규 JSON)의 SHA-256',
      ),
    ),
  sampling: z.object({
    temperature: z.number(),
    top_p: z.number(),
    seed: z
      .int()
      .meta(
        described(
          'Seed of the request, or the one derived from it',
          '요청한 시드, 또는 요청 내용으로 정한 시드',
        ),
      ),
    max_tokens: z.int().nullable().meta(described("Null: the node's default", 'null이면 노드 기본값')),
  }),
  rating_rule: z
    .string()
    .nullable()
    .meta(
      described(
        'Where the rating was read: `labelled-double-bracket` is `[[n]]` behind a label such as Rating at the beginning of a line, `labelled-bracket` the same with `[n]` on the last line, `lone-double-bracket` the one `[[n]]` outside quotations and code; `first-double-bracket` and `first-bracket` are those of `simple-keval`. Null without a rating',
        '평점을 읽은 규칙. `labelled-double-bracket`은 줄 첫머리의 Rating 같은 라벨 뒤의 `[[n]]`, `labelled-bracket`은 마지막 줄의 같은 자리에 있는 `[n]`, `lone-double-bracket`은 인용과 코드 밖에 하나뿐인 `[[n]]`, `first-double-bracket`과 `first-bracket`은 `simple-keval`의 규칙입니다. 평점이 없으면 null',
      ),
    ),
  started_at: z
    .string()
    .meta(described('Start of the node call; ISO 8601, UTC', '노드 호출 시각. ISO 8601, UTC')),
  completed_at: z
    .string()
    .meta(described("End of the node's answer; ISO 8601, UTC", '노드의 응답이 끝난 시각. ISO 8601, UTC')),
})

export const warningSchema = z.object({
  code: z.enum(warningCodes),
  field: z
    .string()
    .nullable()
    .meta(described('Field it is about; null for the whole request', '해당 항목. 요청 전체이면 null')),
  params: messageParams.optional(),
  message: z
    .string()
    .meta(described('In the language of `Accept-Language`', '`Accept-Language`에 따른 언어')),
})

export const judgmentSchema = z
  .object({
    id: z.string(),
    object: z.literal('judgment'),
    created: z.int().meta(described('Unix time in seconds', 'Unix 시각(초)')),
    model: z.string(),
    template: z
      .enum([...templateNames, customPrompt])
      .meta(
        described(
          '`custom`: a prompt of a test set that is none of the templates',
          '`custom`: 템플릿에 해당하지 않는 테스트셋 프롬프트',
        ),
      ),
    protocol: z.enum(protocolNames).meta(described('Protocol of the judgment', '판정 프로토콜')),
    rating: z
      .number()
      .min(0)
      .max(10)
      .nullable()
      .meta(described('0 to 10; 0 is a rating, null means no rating', '0~10. 0도 평점이며 null은 평점 없음')),
    verdict: z
      .enum(verdicts)
      .meta(described('Whether and why there is a rating', '평점이 있는지와, 없으면 그 이유')),
    explanation: z.string().meta(described('Explanation before the rating', '평점 앞의 설명')),
    text: z.string().meta(described('Full output of the judge', '심판의 출력 전체')),
    finish_reason: z
      .string()
      .meta(
        described(
          '`stop`: the judge ended by itself; `length`: a bound of tokens cut it off',
          '`stop`: 심판이 출력을 마침. `length`: 토큰 한도에서 잘림',
        ),
      ),
    usage: usageSchema,
    fingerprint: z
      .string()
      .meta(
        described(
          'SHA-256 of all that determines the judgment: requests with the same one are repeats',
          '판정을 결정하는 모든 값의 SHA-256. 이 값이 같으면 같은 요청입니다',
        ),
      ),
    provenance: provenanceSchema,
    warnings: z
      .array(warningSchema)
      .meta(described('Reasons to trust this judgment less', '판정의 신뢰도를 낮추는 요인')),
    stored: z
      .boolean()
      .meta(
        described(
          'Whether `GET /v1/judgments/{id}` will show it',
          '`GET /v1/judgments/{id}`로 다시 조회할 수 있는지 여부',
        ),
      ),
    not_stored: z
      .enum(['no_store_requested', 'replay'])
      .optional()
      .meta(described('Why it is not stored; absent if stored', '저장하지 않은 이유. 저장되었으면 없음')),
    rating_probabilities: ratingProbabilitiesSchema
      .nullable()
      .optional()
      .meta(
        described(
          'Where they were asked for: how likely each rating was at the place of the first; null where the node does not tell or the judge came to none',
          '요청한 경우에만 있습니다. 평점을 처음 쓰는 위치에서 각 평점의 확률입니다. 노드가 제공하지 않거나 평점이 없으면 null',
        ),
      ),
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
      .meta(
        described('The input as sent: one turn, or two as `turns`', '요청한 입력. 1턴, 또는 `turns`로 2턴'),
      ),
  })
  .meta({ id: 'StoredJudgment' })
export type ShownJudgment = z.output<typeof shownJudgmentSchema>

/** With `n` above 1 the samples come as a list. */
export const judgmentListSchema = z.object({
  object: z.literal('list'),
  data: z.array(judgmentSchema),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})

const time = z.iso.datetime({ offset: true })

export const judgmentPageQuery = z.strictObject({
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(20)),
  after: z
    .string()
    .max(64)
    .optional()
    .meta(described('ID of the last judgment on the previous page', '이전 페이지 마지막 판정의 ID')),
  model: modelName.optional(),
  template: z.enum([...templateNames, customPrompt]).optional(),
  verdict: z.enum(verdicts).optional(),
  min_rating: queryNumber(z.coerce.number().min(0).max(10).optional()).meta(
    described('Minimum rating', '최소 평점'),
  ),
  max_rating: queryNumber(z.coerce.number().min(0).max(10).optional()).meta(
    described('Maximum rating', '최대 평점'),
  ),
  since: time
    .optional()
    .meta(described('Judged at or after this time', '이 시각 이후에 판정한 것(해당 시각 포함)')),
  until: time.optional().meta(described('Judged before this time', '이 시각 전에 판정한 것')),
  search: z
    .string()
    .trim()
    .max(200)
    .optional()
    .meta(
      described(
        'Text in the question, answer or reference; case-insensitive for Latin letters',
        '질문, 답변, 참고 답변에서 찾을 문자열. 영문 대소문자는 구별하지 않습니다',
      ),
    ),
  evaluation: z.string().max(64).optional().meta(described('The ID of an evaluation', '평가의 ID')),
})

export type JudgmentPageQuery = z.output<typeof judgmentPageQuery>

/** `POST /v1/judgments/{id}/replay`: the same judgment made once more, compared with the stored one. */
export const replaySchema = z
  .object({
    object: z.literal('replay'),
    original: z.string().meta(described('The ID of the stored judgment', '저장된 판정의 ID')),
    outcome: z
      .enum(['identical', 'same_rating', 'different'])
      .meta(
        described(
          '`identical`: the same text; `same_rating`: another text with the same verdict and rating',
          '`identical`: 출력이 같음. `same_rating`: 출력은 다르지만 결과와 평점이 같음',
        ),
      ),
    same_weights: z
      .boolean()
      .nullable()
      .meta(
        described('Null when a node does not report its weights', '노드가 가중치를 알려 주지 않으면 null'),
      ),
    judgment: judgmentSchema,
  })
  .meta({ id: 'Replay' })

export type Replay = z.output<typeof replaySchema>
