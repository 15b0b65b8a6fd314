import { z } from 'zod'
import { described } from './described.ts'
import { time } from './grant-fields.ts'

export const auditRow = z.object({
  sequence: z.number().meta(described('From 1, without gaps', '1부터, 빠짐없이')),
  at: time,
  actor: z
    .string()
    .meta(
      described(
        '`admin-secret`, or the address that Access signed in',
        '`admin-secret`, 또는 Access로 로그인한 주소',
      ),
    ),
  action: z.string(),
  subject: z.string().meta(described('What it was done to, by id', '대상의 id')),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z
    .string()
    .meta(described('Over this row and the hash before it', '이 줄과 앞 줄의 해시로 계산한 값')),
})
