import { z } from 'zod'
import { described } from './described.ts'

export const listSchema = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
  })
