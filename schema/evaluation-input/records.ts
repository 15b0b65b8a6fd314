import { type FieldError, fieldError } from '../messages/field-errors.ts'
import { message } from '../messages/message.ts'
import { isLfsPointer } from '../text/lfs-pointer.ts'
import { findLoneSurrogate, mayHoldLoneSurrogate } from '../text/unicode.ts'
import { type ByteSource, gunzip, isGzip, peekBytes, toUtf8 } from './bytes.ts'
import type { Charset } from './charset.ts'
import { isDatasetsServerPage, readDatasetsServerPage } from './datasets-server.ts'
import { readArrayElements } from './json-array.ts'
import { type Line, readLines, UnreadableLine } from './lines.ts'
import type { InputContainer, InputRecord } from './row.ts'
import { readTable } from './table.ts'
import { findDoubledColumn, readHeader, type TableColumns, toRecord } from './table-columns.ts'

export interface OpenedFile {
  container: InputContainer
  gzip: boolean
  /** Null where the file is no table. */
  columns: TableColumns | null
  records: AsyncGenerator<InputRecord>
}

/** Opens a file by its content: gzip or not, JSON lines, a JSON array, or a table with a header. */
export async function openRecords(source: ByteSource, given: Charset): Promise<OpenedFile> {
  let { head, bytes } = await peekBytes(source)
  const gzip = isGzip(head)
  if (gzip) ({ head, bytes } = await peekBytes(gunzip(bytes)))
  const utf16 = findUtf16(head)
  if (utf16 !== null) ({ head, bytes } = await peekBytes(toUtf8(bytes, utf16)))
  refuseOtherFiles(head)
  const charset = utf16 === null ? given : 'utf-8'
  const text = new TextDecoder(charset === 'cp949' ? 'euc-kr' : 'utf-8').decode(head)
  const first = text.trimStart()[0]
  if (first === '[') {
    return { container: 'json-array', gzip, columns: null, records: parse(readArrayElements(bytes, charset)) }
  }
  if (isLfsPointer(text)) throw new UnreadableLine(1, message('lfs_pointer'))
  if (isDatasetsServerPage(text)) {
    const records = readDatasetsServerPage(bytes)
    return { container: 'datasets-server', gzip, columns: null, records }
  }
  const separator = first === '{' ? null : findSeparator(text)
  if (separator === null && first !== '{' && looksLikeHeader(text)) {
    throw new UnreadableLine(1, message('table_header'))
  }
  if (separator === null) {
    return { container: 'json-lines', gzip, columns: null, records: parse(readLines(bytes, charset)) }
  }
  const table = readTable(bytes, separator, charset)
  const header = await table.next()
  const columns = header.done ? null : readHeader(header.value.cells)
  if (columns === null) throw new UnreadableLine(1, message('table_header'))
  const doubled = findDoubledColumn(columns)
  if (doubled !== null) throw new UnreadableLine(1, message('table_column_twice', { column: doubled }))
  return { container: separator === '\t' ? 'tsv' : 'csv', gzip, columns, records: toRecords(table, columns) }
}

/** The separator of a table whose first line names question and answer; null when it does not. */
function findSeparator(text: string): string | null {
  const [line = ''] = text.replace(/^\s+/, '').split(/\r?\n/)
  const cells = (separator: string) => line.split(separator).map((cell) => cell.replace(/^"(.*)"$/, '$1'))
  return ['\t', ',', ';'].find((separator) => readHeader(cells(separator)) !== null) ?? null
}

/** Several cells in a line that is no JSON: a table whose columns are not known. */
function looksLikeHeader(text: string): boolean {
  const [line = ''] = text.trimStart().split(/\r?\n/)
  return /^[^{}[\]\ufffd]*[\t,;][^{}[\]\ufffd]*$/.test(line)
}

async function* parse(lines: AsyncIterable<Line>): AsyncGenerator<InputRecord> {
  for await (const { number, text } of lines) {
    try {
      const value: unknown = JSON.parse(text)
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
      const badText = isObject && mayHoldLoneSurrogate(text) ? findLoneSurrogate(value) : null
      if (!isObject) yield { line: number, problem: fieldError('line', 'not_json_object') }
      else if (badText === null) yield { line: number, value: value as Record<string, unknown> }
      else yield { line: number, problem: fieldError(badText.slice(0, 200), 'not_utf8') }
    } catch {
      yield { line: number, problem: explainBrokenJson(text) }
    }
  }
}

function explainBrokenJson(text: string): FieldError {
  const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  const constant = /[:,[]\s*-?(NaN|Infinity)\b/.exec(withoutStrings)?.[1]
  return constant === undefined
    ? fieldError('line', 'not_json_object')
    : fieldError('line', 'no_json_value', { constant })
}

async function* toRecords(
  table: AsyncGenerator<{ number: number; cells: string[] }>,
  columns: TableColumns,
): AsyncGenerator<InputRecord> {
  const width = columns.header.length
  for await (const { number, cells } of table) {
    if (cells.length === width) yield { line: number, value: toRecord(columns, cells) }
    else yield { line: number, problem: fieldError('line', 'cell_count', { count: cells.length, width }) }
  }
}

/** UTF-16 with a byte order mark, as Excel writes it; without a mark the encoding would be a guess. */
function findUtf16([a, b]: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (a === 0xff && b === 0xfe) return 'utf-16le'
  return a === 0xfe && b === 0xff ? 'utf-16be' : null
}

/** Binary files are named by their type. */
function refuseOtherFiles(head: Uint8Array): void {
  const [a, b] = head
  // no text in UTF-8 or CP949 has a zero byte in its first character
  if (a === 0 || b === 0) throw new UnreadableLine(1, message('file_utf16'))
  if (String.fromCharCode(...head.subarray(0, 4)) === 'PAR1')
    throw new UnreadableLine(1, message('file_parquet'))
  if (a === 0x50 && b === 0x4b && head[2] === 3) throw new UnreadableLine(1, message('file_zip'))
}
