import { z } from 'zod'
import { id, label, mustBe, name, question } from './fields.ts'
import { recognisePrompt } from './recognise-prompt.ts'
import type { EvaluationRow } from './row.ts'

/**
 * Test sets of a judge: `{id, score, pairs: [{prompt, input, judgement?}]}`. `prompt` (system) and `input`
 * (user) are what the judge reads, byte for byte; `score` is the label. What another judge said
 * (`judgement`) is not read.
 */
const schema = z.object({
  id: id.nullish(),
  category: name,
  score: label.nullish(),
  pairs: z
    .array(
      z.object({
        prompt: z.string(mustBe('a string')).nullish(),
        input: question,
        judgement: z.unknown().optional(),
      }),
      mustBe('a list of pairs'),
    )
    .length(1, 'must have exactly one pair'),
})

export const kevalTestsetForm = {
  fields: Object.keys(schema.shape),
  schema: schema.transform((row): Omit<EvaluationRow, 'id'> & { id: string | null } => {
    const { prompt, input } = row.pairs[0]!
    const system = prompt ?? ''
    return {
      id: row.id ?? null,
      category: row.category ?? null,
      model: null,
      label: row.score ?? null,
      input: {
        messages: [
          ...(system === '' ? [] : [{ role: 'system' as const, content: system }]),
          { role: 'user' as const, content: input },
        ],
        ...(recognisePrompt(input) ?? { template: null, turns: [] }),
      },
    }
  }),
}
