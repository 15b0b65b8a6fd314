import type { Report } from '../../../schema/api/reports.ts'
import { describeReport } from '../../../schema/report/describe-report.ts'
import { decimal, type Table } from '../../../schema/report/table.ts'
import { buildTables } from '../../../schema/report/tables.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'

/** The report as Markdown, for a repository or a chat. */
export function reportMarkdown(report: Report, texts: ReportTexts): string {
  const head = [
    `# ${text(report.name)}`,
    '',
    `${text(describeReport(report, texts))} · ${statusIn(texts, report.status)} · ${report.id}`,
    '',
  ]
  const notes = report.notes.map((note) => `- ${text(note.message)}`)
  const other = report.other_protocol
  const compared =
    other === null
      ? []
      : [
          '',
          text(
            texts.underOther(other.protocol, decimal(other.score), other.id, decimal(other.difference, 3)),
          ),
        ]
  return [...head, ...notes, ...compared, ...buildTables(report, texts).flatMap(tableMarkdown), ''].join('\n')
}

export const statusIn = ({ status }: ReportTexts, name: string): string =>
  (status as Record<string, string>)[name] ?? name

export function tableMarkdown({ title, head, lines }: Table): string[] {
  const line = (cells: string[]) => `| ${cells.map(text).join(' | ')} |`
  return ['', `## ${text(title)}`, '', line(head), line(head.map(() => '---')), ...lines.map(line)]
}

/** Names come from files: they stay text, in one line. */
export function text(value: string): string {
  return value.replace(/\s+/g, ' ').replace(/[\\|`*_{}[\]<>#]/g, '\\$&')
}
