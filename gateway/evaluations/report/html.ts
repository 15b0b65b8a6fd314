import type { Report } from '../../../schema/api/evaluations.ts'
import { type Table, tablesOf } from '../../../schema/report/tables.ts'
import { escapeHtml } from './escape.ts'
import { confusionPlot, distributionPlot, intervalPlot } from './plots.ts'

/** The report as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function reportHtml(report: Report): string {
  const plots = [
    figure('Ratings', distributionPlot(report.distribution)),
    figure(
      'Score by category',
      intervalPlot(report.categories.map((line) => ({ ...line, name: line.category ?? '(none)' }))),
    ),
    report.models.length > 1
      ? figure('Score by model', intervalPlot(report.models.map((line) => ({ ...line, name: line.model }))))
      : '',
    report.agreement === null
      ? ''
      : figure('Labels against ratings', confusionPlot(report.agreement.confusion)),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.name)} · keval-edge</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(report.name)}</h1>
<p>Judge ${escapeHtml(report.model)} · protocol ${report.protocol} · template ${escapeHtml(report.template)} · repeats ${report.repeats} · ${escapeHtml(report.status)} · <code>${escapeHtml(report.id)}</code></p>
${report.notes.length === 0 ? '' : `<ul class="notes">${report.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`}
<div class="plots">${plots.join('')}</div>
${tablesOf(report).map(table).join('\n')}
${otherProtocol(report)}
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

function otherProtocol({ other_protocol: other }: Report): string {
  if (other === null) return ''
  return `<h2>Other protocol</h2><p>Under ${other.protocol} the same file scored ${other.score?.toFixed(2) ?? '–'} (<code>${escapeHtml(other.id)}</code>): a difference of ${other.difference?.toFixed(3) ?? '–'}.</p>`
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
.table { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .7rem; text-align: right; white-space: nowrap }
th:first-child, td:first-child { text-align: left }
`
