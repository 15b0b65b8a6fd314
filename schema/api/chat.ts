import { z } from 'zod'
import { problem, withMessage } from '../messages/field-errors.ts'
import { described } from './described.ts'
import { optional } from './null-is-absent.ts'

/**
 * OpenAI's chat completions. The node serves them, the gateway calls nodes with them and offers them
 * to clients. Requests are strict: an ignored field could silently change a rating. Replies are
 * read leniently, because other OpenAI-compatible servers add fields of their own.
 */

/** Bounds of a request, named in the messages of the errors. */
export const chatLimits = {
  messages: 64,
  contentCharacters: 400_000,
  samples: 16,
  maxTokens: 131_072,
  topLogprobs: 20,
  stops: 8,
  stopCharacters: 128,
} as const

const textPart = z.strictObject({
  type: z.literal('text'),
  text: z.string().max(chatLimits.contentCharacters),
})

const nothing = z.union([z.null(), z.array(z.unknown()).max(0)]).optional()

export const ChatMessage = z.strictObject({
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string().max(chatLimits.contentCharacters), z.array(textPart).min(1).max(64)], {
    ...withMessage('message_content'),
  }),
  name: optional(z.string().max(64)),
  /** Fields of a reply that hold nothing, so that a reply's message can be sent back as it is. */
  refusal: z.null().optional(),
  audio: z.null().optional(),
  function_call: z.null().optional(),
  tool_calls: nothing,
  annotations: nothing,
})
export type ChatMessage = z.infer<typeof ChatMessage>

/** Extensions for judges beyond OpenAI's fields; all off by default. */
export const KevalRequestOptions = z.strictObject({
  stop_at_rating: optional(z.boolean()).meta(
    described(
      'End the answer right after the first verdict: a labelled `[[n]]` at the beginning of a line',
      '첫 평점(줄 맨 앞의 라벨이 붙은 `[[n]]`) 바로 뒤에서 생성을 끝냅니다',
    ),
  ),
  rating_probabilities: optional(z.boolean()).meta(
    described(
      'Report how likely each rating from 0 to 10 was where the answer states its verdict',
      '평점을 쓰는 위치에서 0~10 각 평점의 확률을 반환합니다',
    ),
  ),
})
export type KevalRequestOptions = z.infer<typeof KevalRequestOptions>

const chatFields = z.strictObject({
  model: z.string().min(1).max(256),
  messages: z.array(ChatMessage).min(1).max(chatLimits.messages),
  temperature: optional(z.number().min(0).max(2)).meta(
    described(
      "0 takes the likeliest token; default the model's own, else 0.7",
      '0이면 확률이 가장 높은 토큰만 씁니다. 기본값은 모델 설정, 없으면 0.7',
    ),
  ),
  top_p: optional(z.number().gt(0).max(1)).meta(
    described(
      "Draws from the likeliest tokens that have this probability together; default the model's own, else 1",
      '누적 확률이 이 값에 이를 때까지의 상위 토큰에서 뽑습니다. 기본값은 모델 설정, 없으면 1',
    ),
  ),
  top_k: optional(z.int().min(-1).max(1_000_000)).meta(
    described(
      'Draws from so many of the likeliest tokens; 0 and -1 keep all',
      '확률이 높은 토큰을 이 개수만큼만 남기고 뽑습니다. 0 또는 -1이면 전체',
    ),
  ),
  min_p: optional(z.number().min(0).max(1)).meta(
    described(
      'Leaves out tokens less likely than this share of the likeliest',
      '확률이 최고 확률의 이 비율보다 낮은 토큰을 제외합니다',
    ),
  ),
  repetition_penalty: optional(z.number().gt(0).max(2)).meta(
    described(
      '1 is none; above it, tokens that came before are less likely',
      '1이면 적용하지 않음. 1보다 크면 앞서 나온 토큰의 확률을 낮춥니다',
    ),
  ),
  seed: optional(z.int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)).meta(
    described('Default: chosen at random and returned', '기본값: 무작위로 정해 응답에 표시'),
  ),
  max_tokens: optional(z.int().min(1).max(chatLimits.maxTokens)).meta(
    described(
      "Maximum tokens of the answer; default: the model's own, else 4096, bounded by the remaining context",
      '응답의 최대 토큰. 기본값은 모델 설정, 없으면 4096. 남은 컨텍스트를 넘지 않습니다',
    ),
  ),
  max_completion_tokens: optional(z.int().min(1).max(chatLimits.maxTokens)).meta(
    described(
      'Newer name of `max_tokens`; different values are refused',
      '`max_tokens`의 새 이름. 값이 서로 다르면 거부합니다',
    ),
  ),
  stop: optional(
    z.union(
      [
        z.string().min(1).max(chatLimits.stopCharacters),
        z.array(z.string().min(1).max(chatLimits.stopCharacters)).max(chatLimits.stops),
      ],
      {
        ...withMessage('stop_sequences'),
      },
    ),
  ),
  n: optional(z.int().min(1).max(chatLimits.samples)).meta(described('Number of answers', '응답의 수')),
  logprobs: optional(z.boolean()).meta(
    described("Return log-probabilities of the answer's tokens", '응답의 토큰별 로그 확률을 반환'),
  ),
  top_logprobs: optional(z.int().min(0).max(chatLimits.topLogprobs)).meta(
    described('Number of most probable alternatives per token', '토큰마다 함께 반환할 후보 수'),
  ),
  stream: optional(z.boolean()),
  stream_options: optional(
    z.strictObject({
      include_usage: optional(z.boolean()).meta(
        described(
          'Send token counts in a last chunk without choices',
          '토큰 수를 담은 마지막 조각을 전송(choices 없음)',
        ),
      ),
      /** vLLM's clients send it; the counts of a chunk are a service that is not promised. */
      continuous_usage_stats: optional(z.boolean()).meta(
        described('Accepted and ignored', '값을 받지만 무시합니다'),
      ),
    }),
  ),
  keval: optional(KevalRequestOptions),
  user: optional(z.string().max(256)).meta(described('Accepted and ignored', '값을 받지만 무시합니다')),
  /** Clients send these with their neutral value; another value is refused, for it would be ignored. */
  frequency_penalty: optional(z.literal(0)).meta(
    described('For clients that always send it', '이 항목을 항상 보내는 클라이언트용'),
  ),
  ignore_eos: optional(z.literal(false)).meta(
    described('For clients that always send it', '이 항목을 항상 보내는 클라이언트용'),
  ),
  presence_penalty: optional(z.literal(0)).meta(
    described('For clients that always send it', '이 항목을 항상 보내는 클라이언트용'),
  ),
  response_format: optional(z.strictObject({ type: z.literal('text') })),
})

/** The same combinations as JSON Schema, for the API document. */
const combinations = [
  {
    if: { properties: { top_logprobs: { type: 'integer' } }, required: ['top_logprobs'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { logprobs: { const: true } }, required: ['logprobs'] },
  },
  {
    if: { properties: { stream_options: { type: 'object' } }, required: ['stream_options'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { stream: { const: true } }, required: ['stream'] },
  },
  {
    if: { properties: { max_tokens: { type: 'integer' } }, required: ['max_tokens'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { max_completion_tokens: { type: 'null' } } },
  },
]

/** The fields, and the combinations of them that no node can serve: the gateway refuses these before it asks one. */
export const ChatCompletionRequest = chatFields
  .superRefine((request, context) => {
    const { logprobs, top_logprobs, max_tokens, max_completion_tokens } = request
    const refuse = (field: string, code: 'logprobs_needed' | 'token_limits_differ' | 'stream_needed') =>
      context.addIssue({ code: 'custom', path: [field], ...problem(code) })
    if (top_logprobs != null && logprobs !== true) refuse('top_logprobs', 'logprobs_needed')
    if (max_tokens != null && max_completion_tokens != null && max_tokens !== max_completion_tokens) {
      refuse('max_tokens', 'token_limits_differ')
    }
    if (request.stream_options != null && request.stream !== true) {
      refuse('stream_options', 'stream_needed')
    }
  })
  .meta({ allOf: combinations })
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>
