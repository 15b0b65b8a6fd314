import { z } from 'zod'
import { problem, withMessage } from '../../messages/field-errors.ts'
import { answer, given, id, label, name, reference } from '../fields.ts'
import type { InputForm, ParsedRow } from './form.ts'

const content = z.preprocess(joinTextParts, answer)

const shape = z
  .object({
    id,
    category: name,
    model: name,
    label,
    reference,
    messages: z.array(
      z.object({
        role: z.enum(['system', 'developer', 'user', 'assistant'], withMessage('message_role')),
        content,
      }),
    ),
  })
  .superRefine(({ messages }, context) => {
    const dialogue = messages.filter(({ role }) => role === 'user' || role === 'assistant')
    const alternate = dialogue.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant'))
    const code =
      !alternate || dialogue.length % 2 === 1 || dialogue.length === 0
        ? 'messages_alternate'
        : dialogue.length > 4
          ? 'two_turns_at_most'
          : null
    if (code !== null) context.addIssue({ code: 'custom', path: ['messages'], ...problem(code) })
    dialogue.forEach(({ role, content: text }, index) => {
      if (role !== 'user' || text !== '') return
      context.addIssue({ code: 'custom', path: ['messages', index, 'content'], ...problem('empty') })
    })
  })

/** Chats: `{messages: [{role, content}, …]}` with one answer or two. The reference is that of the last turn. */
export const messagesForm: InputForm = {
  format: 'messages',
  fits: ({ messages }) => Array.isArray(messages),
  shape,
  schema: shape.transform((row): ParsedRow => {
    const dialogue = row.messages.filter(({ role }) => role === 'user' || role === 'assistant')
    const turns = dialogue.flatMap(({ content: text }, index) =>
      index % 2 === 0 ? [{ question: text, answer: dialogue[index + 1]!.content }] : [],
    )
    return {
      id: row.id ?? null,
      category: row.category ?? null,
      model: row.model ?? null,
      label: row.label ?? null,
      input: {
        turns: turns.map((turn, index) => ({
          ...turn,
          ...(index === turns.length - 1 && given(row.reference)),
        })),
      },
    }
  }),
  idField: 'id',
  answerField: ({ messages }, turn) => {
    const roles = (messages as { role: string }[]).map(({ role }, index) => ({ role, index }))
    return `messages.${roles.filter(({ role }) => role === 'assistant')[turn]!.index}.content`
  },
  columns: {
    id: 'id',
    category: 'category',
    model: 'model',
    label: 'label',
    messages: 'question and answer',
    reference: 'reference',
  },
  unread: ({ messages }) =>
    (messages as unknown[]).some((one) =>
      /^(system|developer)$/.test((one as { role?: string } | null)?.role ?? ''),
    )
      ? ['messages (system)']
      : [],
}

/** Content may be a list of text parts. */
function joinTextParts(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const texts = value.map((part) => (part as { text?: unknown } | null)?.text)
  return texts.every((text) => typeof text === 'string') ? texts.join('') : value
}
