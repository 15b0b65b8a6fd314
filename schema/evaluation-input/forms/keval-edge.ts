import { z } from 'zod'
import { problem, withMessage } from '../../messages/field-errors.ts'
import { answer, given, id, label, name, question, reference } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'

const turn = z.object({ question, answer, reference })
const orNull = <Field extends z.ZodType>(field: Field) =>
  z.preprocess((value) => value ?? undefined, field.optional())

const shape = z
  .object({
    id,
    category: name,
    model: name,
    label,
    question: orNull(question),
    answer,
    reference,
    turns: orNull(
      z.array(turn).min(1, withMessage('one_or_two_turns')).max(2, withMessage('two_turns_at_most')),
    ),
  })
  .superRefine((row, context) => {
    if (row.turns === undefined && row.question === undefined) {
      context.addIssue({ code: 'custom', path: ['question'], ...problem('required_or_turns') })
    }
    for (const field of ['question', 'answer', 'reference'] as const) {
      if (row.turns !== undefined && row[field]) {
        context.addIssue({ code: 'custom', path: [field], ...problem('with_turns') })
      }
    }
  })

/** Our own form: `{id?, category?, question, answer, reference?, turns?, label?, model?}`. */
export const kevalEdgeForm: InputForm = {
  format: 'keval-edge',
  fits: (record) => 'question' in record || 'answer' in record || 'turns' in record,
  shape,
  schema: shape.transform(
    (row): ParsedRow => ({
      id: row.id ?? null,
      category: row.category ?? null,
      model: row.model ?? null,
      label: row.label ?? null,
      input: {
        turns: (row.turns ?? [{ question: row.question!, answer: row.answer, reference: row.reference }]).map(
          (one) => ({ question: one.question, answer: one.answer, ...given(one.reference) }),
        ),
      },
    }),
  ),
  idField: 'id',
  answerField: ({ turns }, turn) => (Array.isArray(turns) ? `turns.${turn}.answer` : 'answer'),
  columns: {
    id: 'id',
    category: 'category',
    model: 'model',
    label: 'label',
    question: 'question',
    answer: 'answer',
    reference: 'reference',
    turns: 'turns',
  },
}
