import { z } from 'zod'
import { answer, given, id, label, mustBe, name, question, reference } from './fields.ts'
import type { EvaluationRow } from './row.ts'

const turn = z.object({ question, answer, reference })

/** Our own form: `{id?, category?, question, answer, reference?, turns?, label?, model?}`. */
const schema = z
  .object({
    id: id.nullish(),
    category: name,
    model: name,
    label: label.nullish(),
    question: question.optional(),
    answer: answer.optional(),
    reference,
    turns: z.array(turn, mustBe('a list of turns')).min(1).max(2, 'may have at most two turns').optional(),
  })
  .superRefine((row, context) => {
    for (const field of ['question', 'answer'] as const) {
      if (row.turns === undefined && row[field] === undefined) {
        context.addIssue({ code: 'custom', path: [field], message: 'is required (or give turns)' })
      }
      if (row.turns !== undefined && row[field] !== undefined) {
        context.addIssue({ code: 'custom', path: [field], message: 'must be left out when turns is given' })
      }
    }
  })

export const kevalEdgeForm = {
  fields: Object.keys(schema.shape),
  schema: schema.transform((row): Omit<EvaluationRow, 'id'> & { id: string | null } => ({
    id: row.id ?? null,
    category: row.category ?? null,
    model: row.model ?? null,
    label: row.label ?? null,
    input: {
      turns: (row.turns ?? [{ question: row.question!, answer: row.answer!, reference: row.reference }]).map(
        (turn) => ({ question: turn.question, answer: turn.answer, ...given(turn.reference) }),
      ),
    },
  })),
}
