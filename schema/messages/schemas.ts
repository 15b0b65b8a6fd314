import { z } from 'zod'
import { described } from '../api/described.ts'
import { isMessageCode, type MessageCode } from './message.ts'

/** The values of a message on the wire. */
export const messageParams = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .meta(described('The values in the message, by name', '메시지에 들어가는 값(이름별)'))

/** A message on the wire, with its text in the reader's language. */
export const renderedMessage = z.object({
  code: z
    .custom<MessageCode>(isMessageCode)
    .meta({ type: 'string', ...described('Stable code', '고정 코드') }),
  params: messageParams.optional(),
  message: z
    .string()
    .meta(described('In the language of `Accept-Language`', '`Accept-Language`에 따른 언어')),
})
