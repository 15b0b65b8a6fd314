import { z } from 'zod'
import { described } from '../../schema/api/described.ts'

/** Bytes of a form in addition to its files. */
export const maxFormBytes = 1_000_000

const lines = z
  .string()
  .meta(
    described(
      'The file; its format is detected. See docs/EVALUATIONS.md',
      '파일. 형식은 자동으로 인식합니다. docs/EVALUATIONS.md 참고',
    ),
  )

/**
 * The body of an upload. The form is described as plain JSON Schema: it is read as it arrives, not by a validator
 * that would hold it. The parameters of the address may come as fields.
 */
export const uploadBody = (parameters: readonly string[]) => ({
  'application/x-ndjson': { schema: lines },
  'multipart/form-data': {
    schema: {
      type: 'object' as const,
      properties: {
        file: { type: 'array' as const, items: { type: 'string' as const, format: 'binary' } },
        reference: { type: 'string' as const, format: 'binary' },
        ...Object.fromEntries(parameters.map((name) => [name, { type: 'string' as const }])),
      },
      required: ['file'],
      additionalProperties: false,
    },
  },
})
