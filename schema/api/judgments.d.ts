import { z } from 'zod'
import { type Turn } from '../judge/render.ts'
import { type TemplateName } from '../judge/templates.ts'
/** Longest question, answer or reference, in UTF-16 code units. */
export declare const maxTextLength = 200000
/** `POST /v1/judgments`: one turn as question, answer, reference, or two as `turns`. */
export declare const judgmentRequestSchema: z.ZodObject<
  {
    model: z.ZodString
    template: z.ZodOptional<
      z.ZodEnum<{
        'single-math-v1': 'single-math-v1'
        'single-math-v1-multi-turn': 'single-math-v1-multi-turn'
        'single-v1': 'single-v1'
        'single-v1-multi-turn': 'single-v1-multi-turn'
      }>
    >
    question: z.ZodOptional<z.ZodString>
    answer: z.ZodOptional<z.ZodString>
    reference: z.ZodOptional<z.ZodString>
    turns: z.ZodOptional<
      z.ZodArray<
        z.ZodObject<
          {
            question: z.ZodString
            answer: z.ZodString
            reference: z.ZodOptional<z.ZodString>
          },
          z.core.$strict
        >
      >
    >
    protocol: z.ZodDefault<
      z.ZodEnum<{
        'ko-bench': 'ko-bench'
        'simple-keval': 'simple-keval'
      }>
    >
    temperature: z.ZodOptional<z.ZodNumber>
    top_p: z.ZodDefault<z.ZodNumber>
    seed: z.ZodOptional<z.ZodInt>
    max_tokens: z.ZodOptional<z.ZodInt>
    n: z.ZodDefault<z.ZodInt>
    stream: z.ZodDefault<z.ZodBoolean>
    rating_probabilities: z.ZodDefault<z.ZodBoolean>
  },
  z.core.$strict
>
export type JudgmentRequest = z.output<typeof judgmentRequestSchema>
type Given = Pick<
  JudgmentRequest,
  'question' | 'answer' | 'reference' | 'turns' | 'template' | 'protocol' | 'stream' | 'n'
>
/** The turns of a request, whichever way they were given. */
export declare function turnsOf(
  request: Pick<JudgmentRequest, 'question' | 'answer' | 'reference' | 'turns'>,
): Turn[]
export declare function templateOf(request: Given): TemplateName
/** The sampling a request asks for, with the defaults of its protocol. */
export interface Sampling {
  temperature: number
  topP: number
  /** Null leaves the bound to the node. */
  maxTokens: number | null
}
export declare function samplingOf(
  request: Pick<JudgmentRequest, 'protocol' | 'temperature' | 'top_p' | 'max_tokens'>,
): Sampling
export declare const verdicts: readonly ['rated', 'no_rating', 'truncated']
export declare const ratingProbabilitiesSchema: z.ZodObject<
  {
    probabilities: z.ZodRecord<z.ZodString, z.ZodNumber>
    mode: z.ZodNumber
    mean: z.ZodNumber
    entropy: z.ZodNumber
  },
  z.core.$strip
>
export declare const judgmentSchema: z.ZodObject<
  {
    id: z.ZodString
    object: z.ZodLiteral<'judgment'>
    created: z.ZodInt
    model: z.ZodString
    template: z.ZodEnum<{
      custom: 'custom'
      'single-math-v1': 'single-math-v1'
      'single-math-v1-multi-turn': 'single-math-v1-multi-turn'
      'single-v1': 'single-v1'
      'single-v1-multi-turn': 'single-v1-multi-turn'
    }>
    protocol: z.ZodEnum<{
      'ko-bench': 'ko-bench'
      'simple-keval': 'simple-keval'
    }>
    rating: z.ZodNullable<z.ZodNumber>
    verdict: z.ZodEnum<{
      no_rating: 'no_rating'
      rated: 'rated'
      truncated: 'truncated'
    }>
    explanation: z.ZodString
    text: z.ZodString
    finish_reason: z.ZodString
    usage: z.ZodObject<
      {
        prompt_tokens: z.ZodInt
        completion_tokens: z.ZodInt
        total_tokens: z.ZodInt
      },
      z.core.$strip
    >
    fingerprint: z.ZodString
    provenance: z.ZodObject<
      {
        weights_digest: z.ZodNullable<z.ZodString>
        precision: z.ZodNullable<z.ZodString>
        provider: z.ZodNullable<z.ZodString>
        node: z.ZodString
        template_version: z.ZodInt
        prompt_sha256: z.ZodString
        sampling: z.ZodObject<
          {
            temperature: z.ZodNumber
            top_p: z.ZodNumber
            seed: z.ZodInt
            max_tokens: z.ZodNullable<z.ZodInt>
          },
          z.core.$strip
        >
        rating_rule: z.ZodNullable<z.ZodString>
        started_at: z.ZodString
        completed_at: z.ZodString
      },
      z.core.$strip
    >
    warnings: z.ZodArray<
      z.ZodObject<
        {
          code: z.ZodEnum<{
            empty_reference: 'empty_reference'
            near_context_limit: 'near_context_limit'
            rating_in_answer: 'rating_in_answer'
            script_mismatch: 'script_mismatch'
            template_marker_in_answer: 'template_marker_in_answer'
          }>
          field: z.ZodNullable<z.ZodString>
          message: z.ZodString
        },
        z.core.$strip
      >
    >
    stored: z.ZodBoolean
    not_stored: z.ZodOptional<z.ZodString>
    rating_probabilities: z.ZodOptional<
      z.ZodNullable<
        z.ZodObject<
          {
            probabilities: z.ZodRecord<z.ZodString, z.ZodNumber>
            mode: z.ZodNumber
            mean: z.ZodNumber
            entropy: z.ZodNumber
          },
          z.core.$strip
        >
      >
    >
  },
  z.core.$strip
>
export type Judgment = z.output<typeof judgmentSchema>
/** `GET /v1/judgments/{id}`: the judgment and what was judged, for as long as it is stored. */
export declare const shownJudgmentSchema: z.ZodObject<
  {
    id: z.ZodString
    object: z.ZodLiteral<'judgment'>
    created: z.ZodInt
    model: z.ZodString
    template: z.ZodEnum<{
      custom: 'custom'
      'single-math-v1': 'single-math-v1'
      'single-math-v1-multi-turn': 'single-math-v1-multi-turn'
      'single-v1': 'single-v1'
      'single-v1-multi-turn': 'single-v1-multi-turn'
    }>
    protocol: z.ZodEnum<{
      'ko-bench': 'ko-bench'
      'simple-keval': 'simple-keval'
    }>
    rating: z.ZodNullable<z.ZodNumber>
    verdict: z.ZodEnum<{
      no_rating: 'no_rating'
      rated: 'rated'
      truncated: 'truncated'
    }>
    explanation: z.ZodString
    text: z.ZodString
    finish_reason: z.ZodString
    usage: z.ZodObject<
      {
        prompt_tokens: z.ZodInt
        completion_tokens: z.ZodInt
        total_tokens: z.ZodInt
      },
      z.core.$strip
    >
    fingerprint: z.ZodString
    provenance: z.ZodObject<
      {
        weights_digest: z.ZodNullable<z.ZodString>
        precision: z.ZodNullable<z.ZodString>
        provider: z.ZodNullable<z.ZodString>
        node: z.ZodString
        template_version: z.ZodInt
        prompt_sha256: z.ZodString
        sampling: z.ZodObject<
          {
            temperature: z.ZodNumber
            top_p: z.ZodNumber
            seed: z.ZodInt
            max_tokens: z.ZodNullable<z.ZodInt>
          },
          z.core.$strip
        >
        rating_rule: z.ZodNullable<z.ZodString>
        started_at: z.ZodString
        completed_at: z.ZodString
      },
      z.core.$strip
    >
    warnings: z.ZodArray<
      z.ZodObject<
        {
          code: z.ZodEnum<{
            empty_reference: 'empty_reference'
            near_context_limit: 'near_context_limit'
            rating_in_answer: 'rating_in_answer'
            script_mismatch: 'script_mismatch'
            template_marker_in_answer: 'template_marker_in_answer'
          }>
          field: z.ZodNullable<z.ZodString>
          message: z.ZodString
        },
        z.core.$strip
      >
    >
    stored: z.ZodBoolean
    not_stored: z.ZodOptional<z.ZodString>
    rating_probabilities: z.ZodOptional<
      z.ZodNullable<
        z.ZodObject<
          {
            probabilities: z.ZodRecord<z.ZodString, z.ZodNumber>
            mode: z.ZodNumber
            mean: z.ZodNumber
            entropy: z.ZodNumber
          },
          z.core.$strip
        >
      >
    >
    input: z.ZodObject<
      {
        question: z.ZodOptional<z.ZodString>
        answer: z.ZodOptional<z.ZodString>
        reference: z.ZodOptional<z.ZodString>
        turns: z.ZodOptional<
          z.ZodArray<
            z.ZodObject<
              {
                question: z.ZodString
                answer: z.ZodString
                reference: z.ZodOptional<z.ZodString>
              },
              z.core.$strict
            >
          >
        >
      },
      z.core.$strip
    >
  },
  z.core.$strip
>
export type ShownJudgment = z.output<typeof shownJudgmentSchema>
/** With `n` above 1 the samples come as a list. */
export declare const judgmentListSchema: z.ZodObject<
  {
    object: z.ZodLiteral<'list'>
    data: z.ZodArray<
      z.ZodObject<
        {
          id: z.ZodString
          object: z.ZodLiteral<'judgment'>
          created: z.ZodInt
          model: z.ZodString
          template: z.ZodEnum<{
            custom: 'custom'
            'single-math-v1': 'single-math-v1'
            'single-math-v1-multi-turn': 'single-math-v1-multi-turn'
            'single-v1': 'single-v1'
            'single-v1-multi-turn': 'single-v1-multi-turn'
          }>
          protocol: z.ZodEnum<{
            'ko-bench': 'ko-bench'
            'simple-keval': 'simple-keval'
          }>
          rating: z.ZodNullable<z.ZodNumber>
          verdict: z.ZodEnum<{
            no_rating: 'no_rating'
            rated: 'rated'
            truncated: 'truncated'
          }>
          explanation: z.ZodString
          text: z.ZodString
          finish_reason: z.ZodString
          usage: z.ZodObject<
            {
              prompt_tokens: z.ZodInt
              completion_tokens: z.ZodInt
              total_tokens: z.ZodInt
            },
            z.core.$strip
          >
          fingerprint: z.ZodString
          provenance: z.ZodObject<
            {
              weights_digest: z.ZodNullable<z.ZodString>
              precision: z.ZodNullable<z.ZodString>
              provider: z.ZodNullable<z.ZodString>
              node: z.ZodString
              template_version: z.ZodInt
              prompt_sha256: z.ZodString
              sampling: z.ZodObject<
                {
                  temperature: z.ZodNumber
                  top_p: z.ZodNumber
                  seed: z.ZodInt
                  max_tokens: z.ZodNullable<z.ZodInt>
                },
                z.core.$strip
              >
              rating_rule: z.ZodNullable<z.ZodString>
              started_at: z.ZodString
              completed_at: z.ZodString
            },
            z.core.$strip
          >
          warnings: z.ZodArray<
            z.ZodObject<
              {
                code: z.ZodEnum<{
                  empty_reference: 'empty_reference'
                  near_context_limit: 'near_context_limit'
                  rating_in_answer: 'rating_in_answer'
                  script_mismatch: 'script_mismatch'
                  template_marker_in_answer: 'template_marker_in_answer'
                }>
                field: z.ZodNullable<z.ZodString>
                message: z.ZodString
              },
              z.core.$strip
            >
          >
          stored: z.ZodBoolean
          not_stored: z.ZodOptional<z.ZodString>
          rating_probabilities: z.ZodOptional<
            z.ZodNullable<
              z.ZodObject<
                {
                  probabilities: z.ZodRecord<z.ZodString, z.ZodNumber>
                  mode: z.ZodNumber
                  mean: z.ZodNumber
                  entropy: z.ZodNumber
                },
                z.core.$strip
              >
            >
          >
        },
        z.core.$strip
      >
    >
    has_more: z.ZodBoolean
  },
  z.core.$strip
>
export declare const judgmentPageQuery: z.ZodObject<
  {
    limit: z.ZodDefault<z.ZodCoercedNumber<unknown>>
    after: z.ZodOptional<z.ZodString>
    model: z.ZodOptional<z.ZodString>
    template: z.ZodOptional<
      z.ZodEnum<{
        custom: 'custom'
        'single-math-v1': 'single-math-v1'
        'single-math-v1-multi-turn': 'single-math-v1-multi-turn'
        'single-v1': 'single-v1'
        'single-v1-multi-turn': 'single-v1-multi-turn'
      }>
    >
    verdict: z.ZodOptional<
      z.ZodEnum<{
        no_rating: 'no_rating'
        rated: 'rated'
        truncated: 'truncated'
      }>
    >
    min_rating: z.ZodOptional<z.ZodCoercedNumber<unknown>>
    max_rating: z.ZodOptional<z.ZodCoercedNumber<unknown>>
    since: z.ZodOptional<z.ZodISODateTime>
    until: z.ZodOptional<z.ZodISODateTime>
    evaluation: z.ZodOptional<z.ZodString>
  },
  z.core.$strict
>
export type JudgmentPageQuery = z.output<typeof judgmentPageQuery>
/** `POST /v1/judgments/{id}/replay`: the same judgment made once more, compared with the stored one. */
export declare const replaySchema: z.ZodObject<
  {
    object: z.ZodLiteral<'replay'>
    original: z.ZodString
    outcome: z.ZodEnum<{
      different: 'different'
      identical: 'identical'
      same_rating: 'same_rating'
    }>
    same_weights: z.ZodNullable<z.ZodBoolean>
    judgment: z.ZodObject<
      {
        id: z.ZodString
        object: z.ZodLiteral<'judgment'>
        created: z.ZodInt
        model: z.ZodString
        template: z.ZodEnum<{
          custom: 'custom'
          'single-math-v1': 'single-math-v1'
          'single-math-v1-multi-turn': 'single-math-v1-multi-turn'
          'single-v1': 'single-v1'
          'single-v1-multi-turn': 'single-v1-multi-turn'
        }>
        protocol: z.ZodEnum<{
          'ko-bench': 'ko-bench'
          'simple-keval': 'simple-keval'
        }>
        rating: z.ZodNullable<z.ZodNumber>
        verdict: z.ZodEnum<{
          no_rating: 'no_rating'
          rated: 'rated'
          truncated: 'truncated'
        }>
        explanation: z.ZodString
        text: z.ZodString
        finish_reason: z.ZodString
        usage: z.ZodObject<
          {
            prompt_tokens: z.ZodInt
            completion_tokens: z.ZodInt
            total_tokens: z.ZodInt
          },
          z.core.$strip
        >
        fingerprint: z.ZodString
        provenance: z.ZodObject<
          {
            weights_digest: z.ZodNullable<z.ZodString>
            precision: z.ZodNullable<z.ZodString>
            provider: z.ZodNullable<z.ZodString>
            node: z.ZodString
            template_version: z.ZodInt
            prompt_sha256: z.ZodString
            sampling: z.ZodObject<
              {
                temperature: z.ZodNumber
                top_p: z.ZodNumber
                seed: z.ZodInt
                max_tokens: z.ZodNullable<z.ZodInt>
              },
              z.core.$strip
            >
            rating_rule: z.ZodNullable<z.ZodString>
            started_at: z.ZodString
            completed_at: z.ZodString
          },
          z.core.$strip
        >
        warnings: z.ZodArray<
          z.ZodObject<
            {
              code: z.ZodEnum<{
                empty_reference: 'empty_reference'
                near_context_limit: 'near_context_limit'
                rating_in_answer: 'rating_in_answer'
                script_mismatch: 'script_mismatch'
                template_marker_in_answer: 'template_marker_in_answer'
              }>
              field: z.ZodNullable<z.ZodString>
              message: z.ZodString
            },
            z.core.$strip
          >
        >
        stored: z.ZodBoolean
        not_stored: z.ZodOptional<z.ZodString>
        rating_probabilities: z.ZodOptional<
          z.ZodNullable<
            z.ZodObject<
              {
                probabilities: z.ZodRecord<z.ZodString, z.ZodNumber>
                mode: z.ZodNumber
                mean: z.ZodNumber
                entropy: z.ZodNumber
              },
              z.core.$strip
            >
          >
        >
      },
      z.core.$strip
    >
  },
  z.core.$strip
>
export type Replay = z.output<typeof replaySchema>
