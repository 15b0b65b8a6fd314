import { fieldError } from '../messages/field-errors.ts'
import { message } from '../messages/message.ts'
import { parseUnicodeJson } from '../text/unicode.ts'
import type { ByteSource } from './bytes.ts'
import { UnreadableLine } from './lines.ts'
import type { InputRecord } from './row.ts'

/** A page has a hundred rows at most, and is read whole. */
const maxPageBytes = 16_000_000

/** Returns true if a file is a page of Hugging Face's datasets server: `{features, rows: [{row_idx, row, truncated_cells}]}`. */
export const isDatasetsServerPage = (head: string): boolean => /^\s*\{\s*"features"\s*:\s*\[/.test(head)

/** The rows of a page, counted from 1. A row whose cells the server has cut is refused. */
export async function* readDatasetsServerPage(bytes: ByteSource): AsyncGenerator<InputRecord> {
  for (const [index, entry] of (await readPage(bytes)).entries()) {
    const line = index + 1
    const { row, truncated_cells: cut } = (entry ?? {}) as { row?: unknown; truncated_cells?: unknown }
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      yield { line, problem: fieldError('row', 'not_json_object') }
    else if (Array.isArray(cut) && cut.length > 0)
      yield { line, problem: fieldError(String(cut[0]).slice(0, 200), 'cell_cut') }
    else yield { line, value: row as Record<string, unknown> }
  }
}

async function readPage(bytes: ByteSource): Promise<unknown[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let size = 0
  try {
    for await (const chunk of bytes) {
      size += chunk.byteLength
      if (size > maxPageBytes)
        throw new UnreadableLine(1, message('line_too_long', { maximum: maxPageBytes }))
      text += decoder.decode(chunk, { stream: true })
    }
    const page = parseUnicodeJson(text + decoder.decode()) as { rows?: unknown }
    if (Array.isArray(page.rows)) return page.rows
  } catch (error) {
    if (error instanceof UnreadableLine) throw error
  }
  throw new UnreadableLine(1, message('not_json_object'))
}
