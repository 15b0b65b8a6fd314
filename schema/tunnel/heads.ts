import { z } from 'zod'

const headers = z.record(z.string().max(64), z.string().max(4_096))

/** The beginning of a request to a node. */
export const requestHead = z.object({
  method: z.enum(['GET', 'POST']),
  path: z.string().regex(/^\/[\w/.-]{0,200}$/),
  headers,
})
export type RequestHead = z.output<typeof requestHead>

/** The beginning of a node's answer. */
export const answerHead = z.object({ status: z.int().min(200).max(599), headers })
export type AnswerHead = z.output<typeof answerHead>

/** The headers of an answer that reach the gateway. */
export const answerHeaders = ['content-type', 'retry-after', 'x-request-id'] as const
