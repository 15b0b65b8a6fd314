import { z } from 'zod'
import { problem, withMessage } from '../../messages/field-errors.ts'
import { answer, given, id, name, question, reference } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'

const shape = z
  .object({
    id,
    category: name,
    model: name,
    questions: z.array(question).min(1).max(2, withMessage('two_turns_at_most')),
    outputs: z.array(answer),
    references: z.array(reference).nullish(),
  })
  .superRefine(({ questions, outputs, references }, context) => {
    const counted = { outputs: outputs.length, references: references?.length || questions.length }
    for (const [field, length] of Object.entries(counted)) {
      if (length === questions.length) continue
      const issue = problem('as_many_as_questions', { count: questions.length })
      context.addIssue({ code: 'custom', path: [field], ...issue })
    }
  })

/** Results of LogicKor: `{id, category, questions: […], outputs: […], references: […]}`. Its own scores are not read. */
export const logicKorForm: InputForm = {
  format: 'logickor',
  fits: ({ questions, outputs }) => Array.isArray(questions) && Array.isArray(outputs),
  shape,
  schema: shape.transform(
    (row): ParsedRow => ({
      id: row.id ?? null,
      category: row.category ?? null,
      model: row.model ?? null,
      label: null,
      input: {
        turns: row.questions.map((text, turn) => ({
          question: text,
          answer: row.outputs[turn]!,
          ...given(row.references?.[turn]),
        })),
      },
    }),
  ),
  idField: 'id',
  answerField: (_, turn) => `outputs.${turn}`,
  columns: {
    id: 'id',
    category: 'category',
    model: 'model',
    questions: 'question',
    outputs: 'answer',
    references: 'reference',
  },
}
