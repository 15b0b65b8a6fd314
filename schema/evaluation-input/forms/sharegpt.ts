import { z } from 'zod'
import { withMessage } from '../../messages/field-errors.ts'
import { answer, id, label, name, reference } from '../fields.ts'
import type { InputForm } from './form.ts'
import { messagesForm } from './messages.ts'

const roles = {
  system: 'system',
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
} as const

const shape = z.object({
  id,
  category: name,
  model: name,
  label,
  reference,
  conversations: z.array(
    z.object({
      from: z.enum(Object.keys(roles) as (keyof typeof roles)[], withMessage('speaker')),
      value: answer,
    }),
  ),
})

/** Chats as ShareGPT exported them: `{conversations: [{from, value}, …]}`. */
export const shareGptForm: InputForm = {
  ...messagesForm,
  format: 'sharegpt',
  fits: ({ conversations }) => Array.isArray(conversations),
  shape,
  schema: shape
    .transform(({ conversations, ...row }) => ({
      ...row,
      messages: conversations.map(({ from, value }) => ({ role: roles[from], content: value })),
    }))
    .pipe(messagesForm.schema as z.ZodType<z.output<typeof messagesForm.schema>, never>),
  answerField: ({ conversations }, turn) => {
    const answers = (conversations as { from: keyof typeof roles }[]).flatMap(({ from }, index) =>
      roles[from] === 'assistant' ? [index] : [],
    )
    return `conversations.${answers[turn]}.value`
  },
  columns: {
    id: 'id',
    category: 'category',
    model: 'model',
    label: 'label',
    conversations: 'question and answer',
    reference: 'reference',
  },
  unread: ({ conversations }) =>
    (conversations as { from?: string }[]).some((one) => one?.from === 'system')
      ? ['conversations (system)']
      : [],
}
