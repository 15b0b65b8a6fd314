import { z } from 'zod'
import { problem } from '../../messages/field-errors.ts'
import { answer, given, id, question, requires } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'

/** A chat template gives the messages as JSON text in a list of one. */
const chat = z.tuple([z.string()]).transform(([json], context) => {
  const texts = readMessages(json)
  if (texts !== null) return texts
  context.addIssue({ code: 'custom', ...problem('lm_eval_arguments') })
  return z.NEVER
})
const prompt = z.union([chat.pipe(question), question], requires('lm_eval_arguments'))

const shape = z.object({
  doc_id: id,
  doc: z.record(z.string(), z.unknown()),
  target: z.unknown().optional(),
  arguments: z.union(
    [
      z.array(z.tuple([prompt]).rest(z.unknown())).min(1),
      z.object({ gen_args_0: z.looseObject({ arg_0: prompt }) }).loose(),
    ],
    requires('lm_eval_arguments'),
  ),
  resps: z.array(z.array(answer).min(1), requires('lm_eval_texts')).min(1),
})

/**
 * Samples of lm-evaluation-harness (`--log_samples`): the prompt as it was sent is the question, the first
 * generated text the answer, the target the reference. Its own metrics are not read.
 */
export const lmEvalForm: InputForm = {
  format: 'lm-eval',
  fits: (record) => 'doc_id' in record && 'arguments' in record && 'resps' in record,
  shape,
  schema: shape.transform((row): ParsedRow => {
    const { target } = row
    const sent = Array.isArray(row.arguments) ? row.arguments[0]![0] : row.arguments.gen_args_0.arg_0
    const reference = typeof target === 'string' || typeof target === 'number' ? String(target) : null
    return {
      id: row.doc_id ?? null,
      category: null,
      model: null,
      label: null,
      input: { turns: [{ question: sent, answer: row.resps[0]![0]!, ...given(reference) }] },
    }
  }),
  idField: 'doc_id',
  answerField: () => 'resps.0.0',
  columns: { doc_id: 'id', arguments: 'question', resps: 'answer', target: 'reference' },
  unread: ({ target }) => (typeof target === 'object' && target !== null ? ['target (no text)'] : []),
}

/** The texts of messages in their order; null where they are no messages. */
function readMessages(json: string): string | null {
  try {
    const parsed = messages.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data.map(({ content }) => content).join('\n\n') : null
  } catch {
    return null
  }
}

const messages = z.array(z.object({ content: z.string() })).min(1)
