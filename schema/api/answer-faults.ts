import { z } from 'zod'
import { described } from './described.ts'
import { queryNumber } from './query-number.ts'

const maximum = 10_000_000
const count = z.int().min(0).max(maximum)

/** Faults while the answers of an evaluation were collected, as reported by their collector. */
export const answerFaults = z.object({
  empty: count.meta(described('Empty answers', '빈 답변')),
  refused: count.meta(described('Answers that are a refusal', '대상 모델이 거부한 답변')),
  cut: count.meta(described('Answers cut off at the token limit', '토큰 한도에서 잘린 답변')),
  failed: count.meta(described('Questions without an answer, left out', '답변을 받지 못해 제외한 질문')),
  skipped: count.meta(described('Rows left out because an answer is empty', '답변이 비어 있어 제외한 행')),
})
export type AnswerFaults = z.output<typeof answerFaults>

const names = ['empty', 'refused', 'cut', 'failed', 'skipped'] as const

const parameter = (name: (typeof names)[number]) =>
  queryNumber(z.coerce.number().int().min(0).max(maximum).optional()).meta({
    ...answerFaults.shape[name].meta(),
  })

/** The same as query parameters: `answers_empty` and so on. */
export const answerFaultParameters = {
  answers_empty: parameter('empty'),
  answers_refused: parameter('refused'),
  answers_cut: parameter('cut'),
  answers_failed: parameter('failed'),
  answers_skipped: parameter('skipped'),
}

type Given = { [Name in keyof typeof answerFaultParameters]?: number | undefined }

/** The counts of the parameters; null where none is given. */
export function parseAnswerFaults(given: Given): AnswerFaults | null {
  const counts = names.map((name) => [name, given[`answers_${name}`]] as const)
  if (counts.every(([, value]) => value === undefined)) return null
  return Object.fromEntries(counts.map(([name, value]) => [name, value ?? 0])) as AnswerFaults
}
