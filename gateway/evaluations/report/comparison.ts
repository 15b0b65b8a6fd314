import type { Comparison } from '../../../schema/api/comparisons.ts'
import {
  buildComparisonTables,
  comparisonNotes,
  describeSides,
  toSideName,
} from '../../../schema/report/comparison-tables.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'
import { differencePlot, rowsPlot } from './comparison-plots.ts'
import { escapeHtml } from './escape.ts'
import { figure, htmlPage } from './html-page.ts'
import { tableMarkdown, text } from './markdown.ts'

const toTitle = ({ x, y }: Comparison, texts: ReportTexts) =>
  `${texts.comparison}: ${toSideName(x)} / ${toSideName(y)}`

/** The comparison as one page that needs nothing else. */
export function comparisonHtml(comparison: Comparison, texts: ReportTexts): string {
  const { x, y } = comparison
  return htmlPage({
    language: texts.language,
    title: toTitle(comparison, texts),
    lead: `${escapeHtml(describeSides(comparison, texts))} · <code>${escapeHtml(x.id)}</code> · <code>${escapeHtml(y.id)}</code>`,
    notes: comparisonNotes(comparison, texts),
    plots: [
      figure(texts.differences, differencePlot(comparison, texts)),
      figure(texts.scoresOfRows, rowsPlot(comparison, texts)),
    ],
    tables: buildComparisonTables(comparison, texts),
  })
}

/** The comparison as Markdown, for a repository or a chat. */
export function comparisonMarkdown(comparison: Comparison, texts: ReportTexts): string {
  const { x, y } = comparison
  return [
    `# ${text(toTitle(comparison, texts))}`,
    '',
    `${text(describeSides(comparison, texts))} · ${x.id} · ${y.id}`,
    '',
    ...comparisonNotes(comparison, texts).map((note) => `- ${text(note)}`),
    ...buildComparisonTables(comparison, texts).flatMap(tableMarkdown),
    '',
  ].join('\n')
}
