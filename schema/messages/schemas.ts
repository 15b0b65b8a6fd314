import { z } from 'zod'
import { isMessageCode, type MessageCode } from './message.ts'

/** The values of a message on the wire. */
export const messageParams = z
  .record(z.string(), z.union([z.string(), z.number()]))
  .meta({ description: 'The values in the message, by name' })

/** A message on the wire, with its text in the reader's language. */
export const renderedMessage = z.object({
  code: z.custom<MessageCode>(isMessageCode).meta({ type: 'string', description: 'Stable' }),
  params: messageParams.optional(),
  message: z.string().meta({ description: 'In the language of `Accept-Language`' }),
})
