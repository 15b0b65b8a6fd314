import type { Report } from '../../../schema/api/evaluations.ts'
import { decimal, type Table, tablesOf } from '../../../schema/report/tables.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'
import { againstPlots } from './against-plot.ts'
import { escapeHtml } from './escape.ts'
import { statusIn } from './markdown.ts'
import { confusionPlot, distributionPlot, intervalPlot } from './plots.ts'

/** The report as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function reportHtml(report: Report, texts: ReportTexts): string {
  const { language, head } = texts
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
  const described = head(report.model, report.protocol, report.template, report.repeats)
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.name)} · keval-edge</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(report.name)}</h1>
<p>${escapeHtml(described)} · ${escapeHtml(statusIn(texts, report.status))} · <code>${escapeHtml(report.id)}</code></p>
${report.notes.length === 0 ? '' : `<ul class="notes">${report.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`}
<div class="plots">${plots.join('')}</div>
${tablesOf(report, texts).map(table).join('\n')}
${otherProtocol(report, texts)}
</main>
</body>
</html>
`
}

const figure = (title: string, plot: string) =>
  plot === '' ? '' : `<figure><figcaption>${escapeHtml(title)}</figcaption>${plot}</figure>`

function table({ title, head, lines }: Table): string {
  const cells = (line: string[]) => line.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')
  const rows = lines.map((line) => `<tr>${cells(line)}</tr>`).join('')
  const heads = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')
  return `<h2>${escapeHtml(title)}</h2><div class="table"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function otherProtocol({ other_protocol: other }: Report, texts: ReportTexts): string {
  if (other === null) return ''
  const said = texts.underOther(other.protocol, decimal(other.score), other.id, decimal(other.difference, 3))
  return `<h2>${escapeHtml(texts.otherProtocol)}</h2><p>${escapeHtml(said)}</p>`
}

const style = `
:root { color-scheme: light dark; --line: #8884; --mark: #2563eb; --soft: #2563eb33 }
body { font: 16px/1.5 system-ui, "Noto Sans KR", sans-serif; margin: 0 }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem }
.notes { border-left: 4px solid #d97706; padding: .5rem 1.5rem }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem }
figure { margin: 0; flex: 1 1 26rem }
figcaption { font-weight: 600 }
svg { width: 100%; height: auto; font-size: 11px }
svg text { fill: currentColor }
svg text.on-mark { fill: Canvas }
.table { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
`
