import { z } from 'zod'
import { described } from './described.ts'
import { time } from './grant-fields.ts'

export const auditRow = z.object({
  sequence: z.number().meta(described('From 1, without gaps', '1부터 빠짐없이 증가')),
  at: time,
  actor: z
    .string()
    .meta(
      described(
        '`admin-secret`, or the email address signed in through Access',
        '`admin-secret` 또는 Access로 로그인한 이메일 주소',
      ),
    ),
  action: z.string(),
  subject: z.string().meta(described('ID of its subject', '대상의 ID')),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z
    .string()
    .meta(described('Hash over this entry and the previous hash', '이 기록과 직전 해시로 계산한 해시')),
})
