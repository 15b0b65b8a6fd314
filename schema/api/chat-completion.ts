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
        '토큰의 바이트. 한 음절이 여러 토큰으로 나뉘면 글자의 일부만 담깁니다',
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
        'Probability by rating, `0` to `10`; the sum is 1. Decimals count as their integer part',
        '평점 `0`~`10`별 확률(합은 1). 소수 평점은 정수 부분에 더합니다',
      ),
    ),
  mode: z.int().meta(described('Most probable rating', '확률이 가장 높은 평점')),
  mean: z.number(),
  entropy: z
    .number()
    .meta(described('In bits; 0 where the judge was certain', '단위는 비트. 심판이 한 평점만 확신하면 0')),
  mass: z
    .number()
    .meta(
      described(
        'Total probability of all ratings before scaling to 1',
        '1로 정규화하기 전 모든 평점의 확률 합',
      ),
    ),
})
export type RatingProbabilities = z.infer<typeof RatingProbabilities>

export const KevalChoice = z.object({
  rating_probabilities: RatingProbabilities.nullable().meta(
    described('Null if the answer has no rating', '응답에 평점이 없으면 null'),
  ),
})
export type KevalChoice = z.infer<typeof KevalChoice>

/** Provenance and timing of an answer. Times are milliseconds. */
export const KevalCompletion = z.object({
  weights_digest: z.string().meta(described('SHA-256 of the weights', '가중치의 SHA-256')),
  precision: z
    .string()
    .meta(described('Precision of the weights, such as `int4`', '가중치의 정밀도. 예: `int4`')),
  provider: z
    .string()
    .meta(described('Device that ran it, such as `cpu` or `cuda`', '실행한 장치. 예: `cpu`, `cuda`')),
  seed: z
    .int()
    .meta(described('Seed of the request, or the one chosen for it', '요청의 시드, 또는 자동으로 정한 시드')),
  system_folded: z
    .boolean()
    .meta(
      described(
        "The model's chat template takes no system role: its text was put in front of the user's",
        '모델의 채팅 템플릿에 system 역할이 없어 그 내용을 user 메시지 앞에 붙였는지 여부',
      ),
    ),
  prefix_hit_tokens: z
    .int()
    .meta(described('Prompt tokens reused from earlier requests', '이전 요청에서 재사용한 프롬프트 토큰')),
  queue_ms: z
    .number()
    .meta(
      described('Time in queue; the longest of several answers', '대기 시간. 응답이 여러 개이면 가장 긴 값'),
    ),
  prefill_ms: z
    .number()
    .meta(
      described(
        'Time to read the prompt; the longest of several answers',
        '프롬프트 처리 시간. 응답이 여러 개이면 가장 긴 값',
      ),
    ),
  decode_ms: z
    .number()
    .meta(
      described(
        'Time to generate; the longest of several answers',
        '생성 시간. 응답이 여러 개이면 가장 긴 값',
      ),
    ),
})
export type KevalCompletion = z.infer<typeof KevalCompletion>

export const Usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: optional(
    z.object({
      cached_tokens: optional(z.int()).meta(
        described('Prompt tokens reused from earlier requests', '이전 요청에서 재사용한 프롬프트 토큰'),
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
            '`stop`: 모델이 끝냈거나 stop 문자열을 만남. `length`: 토큰 한도에서 잘림',
          ),
        ),
      logprobs: optional(Logprobs),
      keval: optional(KevalChoice),
    }),
  ),
  usage: optional(Usage),
  keval: optional(KevalCompletion).meta(
    described('How the node generated it; only from keval nodes', '생성 과정. keval 노드만 알려 줍니다'),
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
