import type { EvaluationResult } from '../../schema/api/evaluation-results.ts'

const columns = [
  'row',
  'id',
  'model',
  'category',
  'turn',
  'repeat',
  'template',
  'label',
  'rating',
  'verdict',
  'explanation',
  'judgment_id',
  'weights_digest',
  'precision',
  'provider',
  'caveat',
  'error',
] as const satisfies readonly (keyof EvaluationResult)[]

/** Tells Excel that the file is UTF-8. */
export const byteOrderMark = '\ufeff'

/** A line of a table, each of its values safe in a spreadsheet. */
export const toCsvLine = (values: readonly (string | number | null)[]): string =>
  `${values.map(cell).join(',')}\r\n`

const textColumns = ['question', 'answer', 'reference'] as const satisfies readonly (keyof EvaluationResult)[]

const columnsWith = (texts: boolean) => (texts ? [...columns, ...textColumns] : columns)

export const csvHeader = (texts: boolean): string => toCsvLine(columnsWith(texts))

export const csvLine = (result: EvaluationResult, texts: boolean): string =>
  toCsvLine(columnsWith(texts).map((column) => result[column] ?? null))

/**
 * A cell after RFC 4180. Text that a spreadsheet would run as a formula gets an apostrophe in front, also where the
 * sign is of full width, which East Asian settings take alike. Source: OWASP, CSV Injection.
 */
function cell(value: string | number | null): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = /^\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
