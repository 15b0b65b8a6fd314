import { z } from 'zod'
import { described } from './described.ts'
import { optional } from './null-is-absent.ts'

/** `length`: the token limit or the context ended it. `cancelled` never reaches a client that stayed. */
export const FinishReason = z.enum(['stop', 'length'])
export type FinishReason = z.infer<typeof FinishReason>

const tokenLogprob = z.object({
  token: z.string(),
  logprob: z
    .number()
    .meta(described('Natural logarithm of its probability at temperature 1', '온도 1에서 확률의 자연로그')),
  bytes: z
    .array(z.int())
    .nullable()
    .meta(
      described(
        "The token's own bytes: part of a character where a syllable is split over tokens",
        '토큰의 바이트. 한 음절이 여러 토큰으로 나뉘면 글자의 일부입니다',
      ),
    ),
})
export const TokenLogprob = tokenLogprob.extend({ top_logprobs: z.array(tokenLogprob) })
export type TokenLogprob = z.infer<typeof TokenLogprob>

export const Logprobs = z.object({ content: z.array(TokenLogprob).nullable() })
export type Logprobs = z.infer<typeof Logprobs>

/** The model's own distribution (temperature 1) over the ratings, where the answer states its first rating. */
export const RatingProbabilities = z.object({
  probabilities: z
    .record(z.string(), z.number())
    .meta(
      described(
        'By rating, `0` to `10`; together 1. A decimal counts for its whole part',
        '평점 `0`~`10`마다. 더하면 1. 소수는 정수 부분으로 셉니다',
      ),
    ),
  mode: z.int().meta(described('The likeliest rating', '확률이 가장 높은 평점')),
  mean: z.number(),
  entropy: z
    .number()
    .meta(described('In bits; 0 where the judge was certain', '단위는 비트. 심판이 확신하면 0')),
  mass: z
    .number()
    .meta(
      described(
        'Of all ratings together, before they were scaled to 1',
        '1로 맞추기 전, 모든 평점의 확률을 더한 값',
      ),
    ),
})
export type RatingProbabilities = z.infer<typeof RatingProbabilities>

export const KevalChoice = z.object({
  rating_probabilities: RatingProbabilities.nullable().meta(
    described('Null when the answer never came to a rating', '답에 평점이 나오지 않으면 null'),
  ),
})
export type KevalChoice = z.infer<typeof KevalChoice>

/** Provenance and timing of an answer. Times are milliseconds. */
export const KevalCompletion = z.object({
  weights_digest: z.string().meta(described('SHA-256 of the weights', '가중치의 SHA-256')),
  precision: z.string().meta(described('Of the weights, such as `int4`', '가중치의 정밀도. 예: `int4`')),
  provider: z
    .string()
    .meta(described('What computed it, such as `cpu` or `cuda`', '계산한 장치. 예: `cpu`, `cuda`')),
  seed: z.int().meta(described("The request's own, or the one drawn for it", '요청에 있던 값, 또는 뽑은 값')),
  system_folded: z
    .boolean()
    .meta(
      described(
        "The model's chat template takes no system role: its text was put in front of the user's",
        '모델의 대화 템플릿에 system 역할이 없어, 그 글을 user 글 앞에 붙였는지',
      ),
    ),
  prefix_hit_tokens: z
    .int()
    .meta(described('Prompt tokens that were computed before', '이미 계산해 둔 프롬프트 토큰')),
  queue_ms: z
    .number()
    .meta(described('Waiting; of several answers the longest', '기다린 시간. 답이 여럿이면 가장 긴 것')),
  prefill_ms: z
    .number()
    .meta(
      described(
        'Reading the prompt; of several answers the longest',
        '프롬프트를 읽은 시간. 답이 여럿이면 가장 긴 것',
      ),
    ),
  decode_ms: z
    .number()
    .meta(described('Writing; of several answers the longest', '답을 쓴 시간. 답이 여럿이면 가장 긴 것')),
})
export type KevalCompletion = z.infer<typeof KevalCompletion>

export const Usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: optional(
    z.object({
      cached_tokens: optional(z.int()).meta(
        described('Of the prompt, computed before', '프롬프트 가운데 이미 계산해 둔 것'),
      ),
    }),
  ),
})
export type Usage = z.infer<typeof Usage>

export const ChatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  system_fingerprint: optional(z.string()).meta(
    described('Precision and beginning of the weights digest', '정밀도와 가중치 다이제스트의 앞부분'),
  ),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: optional(z.string()),
      }),
      finish_reason: z
        .string()
        .nullable()
        .meta(
          described(
            '`stop`: the model ended by itself or at a stop string; `length`: a bound of tokens cut it off',
            '`stop`: 모델이 스스로, 또는 stop 문자열에서 끝남. `length`: 토큰 한도에서 끊김',
          ),
        ),
      logprobs: optional(Logprobs),
      keval: optional(KevalChoice),
    }),
  ),
  usage: optional(Usage),
  keval: optional(KevalCompletion).meta(
    described('How the node made it; from keval nodes alone', '노드가 만든 과정. keval 노드만 알려 줍니다'),
  ),
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
