import { z } from 'zod'
import { type Description, described } from '../../schema/api/described.ts'

/** Parts that the declarations of many routes share. */

export const jsonContent = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } })

export const jsonAnswer = <S extends z.ZodType>(description: Description, schema: S) => ({
  ...description,
  content: jsonContent(schema),
})

/** A required body; an optional one uses `jsonContent` alone. */
export const jsonBody = <S extends z.ZodType>(schema: S) => ({ required: true, content: jsonContent(schema) })

export const idInPath = z.object({ id: z.string().max(64) })

/** For answers with a secret in them. */
export const noStore = { 'cache-control': 'no-store' }

/** Query of a download whose lines are JSON or CSV. */
export const linesQuery = z.strictObject({
  format: z.enum(['jsonl', 'csv']).default('jsonl'),
  bom: z
    .enum(['true', 'false'])
    .default('false')
    .meta(described('CSV with a byte order mark, for Excel', 'Excel용 바이트 순서 표시(BOM)를 붙인 CSV')),
})
