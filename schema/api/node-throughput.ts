import { z } from 'zod'
import { described } from './described.ts'
import { listSchema } from './lists.ts'

/** `GET /admin/v1/node-throughput`. */
export const throughputQuery = z.strictObject({
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(336)
    .default(48)
    .meta(described('Hours back from now', '조회할 최근 시간 수')),
})

export const nodeHour = z
  .object({
    node: z.string(),
    hour: z.iso.datetime().meta(described('Beginning of the hour', '시간대의 시작')),
    answers: z.int().meta(described('Finished judgments and completions', '완료한 판정과 채팅 완성')),
    prompt_tokens: z.int(),
    generated_tokens: z.int(),
  })
  .meta({ id: 'NodeHour' })
export type NodeHour = z.output<typeof nodeHour>

export const throughputList = listSchema(nodeHour)
