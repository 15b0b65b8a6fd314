import type { z } from 'zod'
import type { FailureError } from '../../../schema/api/errors.ts'
import type { ArchiveFile } from '../../../schema/api/evaluation-archive.ts'
import { readLines, UnreadableLine } from '../../../schema/evaluation-input/lines.ts'
import { type FieldError, fieldError, fieldErrors } from '../../../schema/messages/field-errors.ts'
import { InvalidEncodingError, parseUnicodeJson } from '../../../schema/text/unicode.ts'
import { wrongArchive } from './archive-problem.ts'

/** A line of a row holds its texts once, that of a result once more with what the judge wrote. */
const maxLineBytes = 8_000_000
/** Values handed over at a time: bounded in number and in characters, which may take three bytes each. */
const maxValues = 250
const maxCharacters = 400_000

/** Names a wrong line of an archive. */
export const wrongLine = (file: ArchiveFile, line: number, error: FieldError): FailureError =>
  wrongArchive([{ ...error, field: `${file} line ${line}${error.field === '' ? '' : `: ${error.field}`}` }])

/** The values of a file of JSON lines in lots, each checked, with the number of the first of each lot. */
export async function* readArchivedLines<Schema extends z.ZodType>(
  file: ArchiveFile,
  bytes: AsyncIterable<Uint8Array>,
  schema: Schema,
): AsyncGenerator<{ values: z.output<Schema>[]; firstLine: number }> {
  let values: z.output<Schema>[] = []
  let characters = 0
  let line = 0
  try {
    for await (const { text } of readLines(bytes, 'utf-8', maxLineBytes)) {
      line++
      const parsed = schema.safeParse(toJson(file, line, text))
      if (!parsed.success) throw wrongLine(file, line, fieldErrors(parsed.error.issues)[0]!)
      if (values.length === maxValues || (values.length > 0 && characters + text.length > maxCharacters)) {
        yield { values, firstLine: line - values.length }
        values = []
        characters = 0
      }
      values.push(parsed.data)
      characters += text.length
    }
  } catch (error) {
    if (!(error instanceof UnreadableLine)) throw error
    throw wrongLine(file, error.line, { field: '', ...error.problem })
  }
  if (values.length > 0) yield { values, firstLine: line - values.length + 1 }
}

function toJson(file: ArchiveFile, line: number, text: string): unknown {
  try {
    return parseUnicodeJson(text)
  } catch (error) {
    if (error instanceof InvalidEncodingError)
      throw wrongLine(file, line, fieldError(error.field ?? '', 'not_utf8'))
    throw wrongLine(file, line, fieldError('', 'not_json_object'))
  }
}
