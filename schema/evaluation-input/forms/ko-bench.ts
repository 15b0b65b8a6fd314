import { z } from 'zod'
import { withMessage } from '../../messages/field-errors.ts'
import { answer, given, id, name, question, reference } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'

const shape = z.object({
  question_id: id,
  category: name,
  model: name,
  pairs: z
    .array(z.object({ prompt: question, refer: reference, gen: answer }))
    .min(1, withMessage('one_or_two_pairs'))
    .max(2, withMessage('one_or_two_pairs')),
})

/** Answer files of Ko-Bench and simple-keval: `{question_id, category, pairs: [{prompt, refer, gen}]}`. */
export const koBenchForm: InputForm = {
  format: 'ko-bench',
  fits: (record) => Array.isArray(record.pairs),
  shape,
  schema: shape.transform(
    (row): ParsedRow => ({
      id: row.question_id ?? null,
      category: row.category ?? null,
      model: row.model ?? null,
      label: null,
      input: {
        turns: row.pairs.map(({ prompt, refer, gen }) => ({
          question: prompt,
          answer: gen,
          ...given(refer),
        })),
      },
    }),
  ),
  idField: 'question_id',
  answerField: (_, turn) => `pairs.${turn}.gen`,
  columns: {
    question_id: 'id',
    category: 'category',
    model: 'model',
    'pairs.prompt': 'question',
    'pairs.gen': 'answer',
    'pairs.refer': 'reference',
  },
}
