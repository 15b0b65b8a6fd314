import type { Report } from '../../../schema/api/reports.ts'
import { describeReport } from '../../../schema/report/describe-report.ts'
import { decimal } from '../../../schema/report/table.ts'
import { buildTables } from '../../../schema/report/tables.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'
import { againstPlots } from './against-plot.ts'
import { escapeHtml } from './escape.ts'
import { figure, htmlPage } from './html-page.ts'
import { statusIn } from './markdown.ts'
import { confusionPlot, distributionPlot, intervalPlot } from './plots.ts'

/** The report as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function reportHtml(
  report: Report,
  texts: ReportTexts,
  files: readonly { href: string; label: string }[] = [],
): string {
  const { language } = texts
  const plots = [
    figure(texts.ratings, distributionPlot(report.distribution, texts)),
    figure(
      texts.scoreByCategory,
      intervalPlot(
        report.categories.map((line) => ({ ...line, name: line.category ?? texts.none })),
        texts,
      ),
    ),
    report.models.length > 1
      ? figure(
          texts.scoreByModel,
          intervalPlot(
            report.models.map((line) => ({ ...line, name: line.model })),
            texts,
          ),
        )
      : '',
    ...againstPlots(report, texts).map((plot) => figure(texts.modelAgainstModel, plot)),
    report.agreement === null
      ? ''
      : figure(texts.labelsAgainstRatings, confusionPlot(report.agreement.confusion, texts)),
  ]
  return htmlPage({
    language,
    title: report.name,
    lead: `${escapeHtml(describeReport(report, texts))} · ${escapeHtml(statusIn(texts, report.status))} · <code>${escapeHtml(report.id)}</code>`,
    notes: report.notes.map((note) => note.message),
    plots,
    tables: buildTables(report, texts),
    end: otherProtocol(report, texts) + fileLinks(files),
  })
}

/** Files that a reader of the page may load. */
const fileLinks = (files: readonly { href: string; label: string }[]) =>
  files.length === 0
    ? ''
    : `<p>${files.map(({ href, label }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`).join(' · ')}</p>`

function otherProtocol({ other_protocol: other }: Report, texts: ReportTexts): string {
  if (other === null) return ''
  const sentence = texts.underOther(
    other.protocol,
    decimal(other.score),
    other.id,
    decimal(other.difference, 3),
  )
  return `<h2>${escapeHtml(texts.otherProtocol)}</h2><p>${escapeHtml(sentence)}</p>`
}
