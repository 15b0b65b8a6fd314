import type { Evaluation } from '../../schema/api/evaluations.ts'
import type { Table } from '../../schema/report/tables.ts'

/** A table in columns; what comes from files cannot move the cursor. */
export function tableText({ title, head, lines }: Table): string {
  const rows = [head, ...lines].map((cells) => cells.map(printable))
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => widthOf(cells[column] ?? ''))))
  const text = rows.map((cells) =>
    cells
      .map((cell, column) => {
        const space = ' '.repeat(widths[column]! - widthOf(cell))
        return column === 0 ? cell + space : space + cell
      })
      .join('  ')
      .trimEnd(),
  )
  return `${printable(title)}\n${text.map((line) => `  ${line}`).join('\n')}\n`
}

/** One line that says how far an evaluation is. */
export function progressLine(evaluation: Evaluation, columns: number): string {
  const { counts, progress, rate, seconds_left: left } = evaluation
  const done = counts.judgments - counts.pending
  const facts = [
    `${String(Math.floor(progress * 100)).padStart(3)}%`,
    `${done}/${counts.judgments}`,
    ...(rate === null ? [] : [`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`]),
    ...(left === null ? [] : [`${duration(left)} left`]),
    ...(counts.wrong > 0 ? [`${counts.wrong} wrong`] : []),
    ...(counts.failed > 0 ? [`${counts.failed} failed`] : []),
  ].join(' · ')
  const room = Math.max(0, Math.min(40, columns - facts.length - 4))
  const full = Math.round(progress * room)
  return room < 8 ? facts : `[${'█'.repeat(full)}${'░'.repeat(room - full)}] ${facts}`
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

/** Text without control characters. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach the terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
}

/** Columns a text takes: Hangul, Han and Kana take two. */
function widthOf(text: string): number {
  let width = 0
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/.test(character) ? 2 : 1
  return width
}
