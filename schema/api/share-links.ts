import { z } from 'zod'
import { described } from './described.ts'
import { time } from './grant-fields.ts'

export const newShareLink = z.strictObject({
  expires_in_days: z.int().min(1).max(90).default(7),
  show_rows: z
    .boolean()
    .default(false)
    .meta(
      described(
        'Whether the rows (questions, answers, explanations) may be read too',
        '행(질문, 답변, 설명)도 공개할지 여부',
      ),
    ),
})

export const shareLink = z
  .object({
    id: z.string(),
    object: z.literal('share_link'),
    evaluation: z.string(),
    show_rows: z.boolean(),
    created_at: time,
    expires_at: time,
  })
  .meta({ id: 'ShareLink' })
export type ShareLink = z.output<typeof shareLink>

export const createdShareLink = shareLink.extend({
  url: z
    .string()
    .meta(
      described(
        'Shown once. Anyone with the link can read the report until it expires or is revoked',
        '한 번만 표시됩니다. 링크를 아는 사람은 만료되거나 취소될 때까지 보고서를 볼 수 있습니다',
      ),
    ),
})
export type CreatedShareLink = z.output<typeof createdShareLink>

export const shareLinkList = z.object({ object: z.literal('list'), data: z.array(shareLink) })
