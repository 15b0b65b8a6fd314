import { z } from 'zod'
import { time } from './grant-fields.ts'

export const auditRow = z.object({
  sequence: z.number().meta({ description: 'From 1, without gaps' }),
  at: time,
  actor: z.string().meta({ description: '`admin-secret`, or the address that Access signed in' }),
  action: z.string(),
  subject: z.string().meta({ description: 'What it was done to, by id' }),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string().meta({ description: 'Over this row and the hash before it' }),
})
