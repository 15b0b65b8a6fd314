import { z } from 'zod'
import { withMessage } from '../../messages/field-errors.ts'
import { id, label, name, question } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'
import { recognizePrompt } from './recognize-prompt.ts'

const shape = z.object({
  id,
  category: name,
  score: label,
  pairs: z
    .array(z.object({ prompt: z.string().nullish(), input: question }))
    .length(1, withMessage('one_pair')),
})

/**
 * Test sets of a judge: `{id, score, pairs: [{prompt, input}]}`. `prompt` (system) and `input` (user) are the exact
 * messages of the judge; `score` is the label. The judgment of another judge (`judgement`) is not read.
 */
export const kevalTestsetForm: InputForm = {
  format: 'keval-testset',
  fits: ({ pairs }) => {
    const [pair] = Array.isArray(pairs) ? (pairs as unknown[]) : []
    return typeof pair === 'object' && pair !== null && 'input' in pair
  },
  shape,
  schema: shape.transform((row): ParsedRow => {
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
        ...(recognizePrompt(input) ?? { template: null, turns: [] }),
      },
    }
  }),
  idField: 'id',
  answerField: () => 'pairs.0.input',
  columns: {
    id: 'id',
    category: 'category',
    score: 'label',
    'pairs.prompt': 'system message of the judge',
    'pairs.input': 'prompt of the judge',
  },
}
