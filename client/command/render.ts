import type { Table } from '../../schema/report/table.ts'
import type { Evaluation, EvaluationPreview } from '../api/api-types.ts'
import type { Call } from './cli-context.ts'
import type { CliTexts } from './texts/en.ts'

/** A table in columns; texts of files cannot move the cursor. */
export function renderTable({ title, head, lines }: Table): string {
  const rows = [head, ...lines].map((cells) => cells.map(toPrintable))
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => measureWidth(cells[column] ?? ''))))
  const text = rows.map((cells) =>
    cells
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - measureWidth(cell))
        return column === 0 ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd(),
  )
  return `${toPrintable(title)}\n${text.map((line) => `  ${line}`).join('\n')}\n`
}

/** The progress of an evaluation or an audit. */
export type Progress = Pick<Evaluation, 'counts' | 'progress' | 'rate' | 'seconds_left'>

/** Renders the progress in one line. */
export function renderProgress(work: Progress, columns: number, texts: CliTexts): string {
  const { counts, progress, rate, seconds_left: left } = work
  const done = counts.judgments - counts.pending
  return renderBar(progress, columns, [
    `${done}/${counts.judgments}`,
    ...(rate === null ? [] : [renderRate(rate)]),
    ...(left === null ? [] : [texts.timeLeft(renderDuration(left, texts))]),
    ...(counts.wrong > 0 ? [texts.countWrong(counts.wrong)] : []),
    ...(counts.failed > 0 ? [texts.countFailed(counts.failed)] : []),
  ])
}

/** A progress bar, if there is room for one, followed by the counts. */
export function renderBar(progress: number, columns: number, details: readonly string[]): string {
  const facts = [`${String(Math.floor(progress * 100)).padStart(3)}%`, ...details].join(' · ')
  const room = Math.max(0, Math.min(40, columns - measureWidth(facts) - 4))
  const full = Math.round(progress * room)
  return room < 8 ? facts : `[${'█'.repeat(full)}${'░'.repeat(room - full)}] ${facts}`
}

export const renderRate = (rate: number) => `${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`

export function renderDuration(seconds: number, texts: CliTexts): string {
  if (seconds < 60) return texts.seconds(Math.round(seconds))
  if (seconds < 3600) return texts.minutes(Math.floor(seconds / 60), Math.round(seconds % 60))
  return texts.hours(Math.floor(seconds / 3600), Math.round((seconds % 3600) / 60))
}

/** Renders the notes of a preview about unused fields and references. */
export function renderPreviewNotes(preview: EvaluationPreview['preview'], texts: CliTexts): string[] {
  const { ignored_fields: ignored, references_not_shown: hidden, skipped_rows: skipped } = preview
  return [
    ...(ignored.length > 0 ? [texts.ignoredFields(ignored)] : []),
    ...(skipped > 0 ? [texts.skippedRows(skipped)] : []),
    ...(hidden > 0 ? [texts.referencesNotShown(hidden)] : []),
  ].map(toPrintable)
}

// C0, DEL, C1, and the marks that reorder text
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach the terminal
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** One line of text without control characters. */
export function toPrintable(text: string): string {
  return text.replace(unprintable, ' ')
}

/** Text of several lines without control characters other than line feed and tab. */
export function toPrintableLines(text: string): string {
  return text.replace(unprintable, (character) => (/[\n\t]/.test(character) ? character : ' '))
}

/** A document goes to files as it is; a terminal gets it without control characters. */
export const writeDocument = ({ out, outIsTerminal }: Pick<Call, 'out' | 'outIsTerminal'>, text: string) =>
  out(outIsTerminal ? toPrintableLines(text) : text)

/** A value as one line of JSON; control characters that JSON leaves as they are are escaped. */
export function toJsonLine(value: unknown): string {
  const toEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(value).replace(unprintable, toEscape)}\n`
}

/** Columns a text takes: Hangul, Han and Kana take two. */
function measureWidth(text: string): number {
  let width = 0
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1
  return width
}
