import { z } from 'zod'
import { answer, given, id, mustBe, name, question, reference } from './fields.ts'
import type { EvaluationRow } from './row.ts'

/** Answer files of Ko-Bench and simple-keval: `{question_id, category, pairs: [{prompt, refer, gen}]}`. */
const schema = z.object({
  question_id: id.nullish(),
  category: name,
  model: name,
  pairs: z
    .array(z.object({ prompt: question, refer: reference, gen: answer }), mustBe('a list of pairs'))
    .min(1, 'must have one pair or two')
    .max(2, 'must have one pair or two'),
})

export const koBenchForm = {
  fields: Object.keys(schema.shape),
  schema: schema.transform((row): Omit<EvaluationRow, 'id'> & { id: string | null } => ({
    id: row.question_id ?? null,
    category: row.category ?? null,
    model: row.model ?? null,
    label: null,
    input: {
      turns: row.pairs.map(({ prompt, refer, gen }) => ({ question: prompt, answer: gen, ...given(refer) })),
    },
  })),
}
