import { z } from 'zod'
import { described } from './described.ts'

export const listSchema = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().meta(described('Whether more follow the last entry', '마지막 항목 뒤에 더 있는지')),
  })
