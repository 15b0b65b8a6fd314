import type { Table } from '../../../schema/report/table.ts'
import { escapeHtml } from './escape.ts'

interface HtmlPage {
  language: string
  title: string
  /** HTML. */
  lead: string
  notes: readonly string[]
  /** Figures, as HTML. */
  plots: readonly string[]
  tables: readonly Table[]
  /** HTML after the tables. */
  end?: string
}

/** A document as one page that needs nothing else: no script, no font, no picture from elsewhere. */
export function htmlPage({ language, title, lead, notes, plots, tables, end = '' }: HtmlPage): string {
  const noted = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · keval-edge</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${lead}</p>
${noted === '' ? '' : `<ul class="notes">${noted}</ul>`}
<div class="plots">${plots.join('')}</div>
${tables.map(table).join('\n')}
${end}
</main>
</body>
</html>
`
}

export const figure = (title: string, plot: string) =>
  plot === '' ? '' : `<figure><figcaption>${escapeHtml(title)}</figcaption>${plot}</figure>`

function table({ title, head, lines }: Table): string {
  const cells = (line: string[]) => line.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')
  const rows = lines.map((line) => `<tr>${cells(line)}</tr>`).join('')
  const heads = head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join('')
  return `<h2>${escapeHtml(title)}</h2><div class="table"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
}

const style = `
:root { color-scheme: light dark; --line: #8884; --mark: #2563eb; --other: #d97706; --soft: #2563eb33 }
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
