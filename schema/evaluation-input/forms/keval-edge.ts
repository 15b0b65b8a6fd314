import { z } from 'zod'
import { answer, given, id, label, mustBe, name, question, reference } from '../fields.ts'
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
    answer: orNull(answer),
    reference,
    turns: orNull(
      z
        .array(turn, mustBe('a list of turns'))
        .min(1, 'must have one turn or two')
        .max(2, 'may have at most two turns'),
    ),
  })
  .superRefine((row, context) => {
    for (const field of ['question', 'answer'] as const) {
      if (row.turns === undefined && row[field] === undefined) {
        context.addIssue({ code: 'custom', path: [field], message: 'is required (or give turns)' })
      }
    }
    for (const field of ['question', 'answer', 'reference'] as const) {
      if (row.turns !== undefined && row[field]) {
        context.addIssue({ code: 'custom', path: [field], message: 'must be left out when turns is given' })
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
        turns: (
          row.turns ?? [{ question: row.question!, answer: row.answer!, reference: row.reference }]
        ).map((one) => ({ question: one.question, answer: one.answer, ...given(one.reference) })),
      },
    }),
  ),
  idField: 'id',
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
