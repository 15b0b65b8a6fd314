import { z } from 'zod'
import { type Description, described } from '../../../schema/api/described.ts'
import { reportLanguages } from '../../../schema/report/texts/languages.ts'

/** Query of a document. */
export const documentQuery = z.strictObject({
  format: z.enum(['json', 'markdown', 'html']).default('json'),
  language: z
    .enum(reportLanguages)
    .optional()
    .meta(
      described(
        'Language of caveats and documents; default: `Accept-Language`',
        '주의 사항과 문서의 언어. 기본값은 `Accept-Language`',
      ),
    ),
})

/** The answer in each of its formats. */
export const documents = <S extends z.ZodType>(description: Description, schema: S) => ({
  ...description,
  content: {
    'application/json': { schema },
    'text/markdown': { schema: z.string() },
    'text/html': { schema: z.string() },
  },
})

/** A page runs nothing and loads nothing, whatever its texts say. */
export const documentHeaders = (format: 'markdown' | 'html', { language }: { language: string }) => ({
  'content-type': `text/${format}; charset=utf-8`,
  'content-language': language,
  ...(format === 'html' && {
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  }),
})
