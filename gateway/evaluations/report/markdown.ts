import type { Report } from '../../../schema/api/evaluations.ts'
import { type Table, tablesOf } from '../../../schema/report/tables.ts'

/** The report as Markdown, for a repository or a chat. */
export function reportMarkdown(report: Report): string {
  const head = [
    `# ${text(report.name)}`,
    '',
    `Judge ${text(report.model)} · protocol ${report.protocol} · template ${report.template} · ${report.repeats === 1 ? 'one judgment' : `${report.repeats} judgments`} per row and turn · ${report.status} · ${report.id}`,
    '',
  ]
  const notes = report.notes.map((note) => `- ${text(note)}`)
  const other = report.other_protocol
  const compared =
    other === null
      ? []
      : [
          '',
          `Under ${other.protocol} the same file scored ${other.score?.toFixed(2) ?? '–'} (${other.id}): a difference of ${other.difference?.toFixed(3) ?? '–'}.`,
        ]
  return [...head, ...notes, ...compared, ...tablesOf(report).flatMap(table), ''].join('\n')
}

function table({ title, head, lines }: Table): string[] {
  const line = (cells: string[]) => `| ${cells.map(text).join(' | ')} |`
  return ['', `## ${text(title)}`, '', line(head), line(head.map(() => '---')), ...lines.map(line)]
}

/** Names come from files: they stay text, in one line. */
function text(value: string): string {
  return value.replace(/\s+/g, ' ').replace(/[\\|`*_{}[\]<>#]/g, '\\$&')
}
