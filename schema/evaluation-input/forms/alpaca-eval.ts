import { z } from 'zod'
import { answer, given, id, label, name, question, reference, text } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'

const shape = z.object({
  id,
  category: name,
  generator: name,
  label,
  instruction: question,
  input: text.nullish(),
  output: answer,
  reference,
})

/** AlpacaEval and its like: `{instruction, input?, output, generator?}`. The input follows the instruction. */
export const alpacaEvalForm: InputForm = {
  format: 'alpaca-eval',
  fits: (record) => 'instruction' in record && 'output' in record,
  shape,
  schema: shape.transform(
    (row): ParsedRow => ({
      id: row.id ?? null,
      category: row.category ?? null,
      model: row.generator ?? null,
      label: row.label ?? null,
      input: {
        turns: [
          {
            question: row.input ? `${row.instruction}\n\n${row.input}` : row.instruction,
            answer: row.output,
            ...given(row.reference),
          },
        ],
      },
    }),
  ),
  idField: 'id',
  answerField: () => 'output',
  columns: {
    id: 'id',
    category: 'category',
    generator: 'model',
    label: 'label',
    instruction: 'question',
    input: 'question',
    output: 'answer',
    reference: 'reference',
  },
}
