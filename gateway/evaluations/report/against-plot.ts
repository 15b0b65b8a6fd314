import type { Report } from '../../../schema/api/reports.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'
import { escapeHtml } from './escape.ts'
import { n, svg, svgText } from './plots.ts'

/** More models would make too many pairs to read. */
const maxModels = 4
const side = 300
const margin = { left: 60, top: 12, bottom: 44 }

/** Every two answering models against each other: a point for each category and turn, the diagonal where they tie. */
export function againstPlots(report: Report, texts: ReportTexts): string[] {
  const models = report.models.filter(({ score }) => score !== null).slice(0, maxModels)
  return models.flatMap((x, index) =>
    models.slice(index + 1).map((y) => againstPlot(report, x.model, y.model, texts)),
  )
}

function againstPlot({ per_turn: lines }: Report, x: string, y: string, texts: ReportTexts): string {
  const of = (model: string) =>
    new Map(
      lines
        .filter((line) => line.model === model && line.score !== null)
        .map((line) => [JSON.stringify([line.category, line.turn]), line]),
    )
  const ofY = of(y)
  const across = (score: number) => margin.left + score * side
  const up = (score: number) => margin.top + (1 - score) * side
  const points = [...of(x)].flatMap(([place, line]) => {
    const other = ofY.get(place)
    if (other === undefined) return []
    const name = `${line.category ?? texts.none}, ${texts.turn} ${line.turn}: ${line.score!.toFixed(3)} / ${other.score!.toFixed(3)}`
    return [
      `<circle cx="${n(across(line.score!))}" cy="${n(up(other.score!))}" r="5" fill="var(--mark)" fill-opacity="0.6"><title>${escapeHtml(name)}</title></circle>`,
    ]
  })
  const axis = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) =>
      `<line x1="${n(across(tick))}" x2="${n(across(tick))}" y1="${n(up(0))}" y2="${n(up(1))}" stroke="var(--line)"/>` +
      `<line x1="${n(across(0))}" x2="${n(across(1))}" y1="${n(up(tick))}" y2="${n(up(tick))}" stroke="var(--line)"/>` +
      svgText(across(tick), up(0) + 14, String(tick), 'middle') +
      svgText(across(0) - 6, up(tick) + 4, String(tick), 'end'),
  )
  const tie = `<line x1="${n(across(0))}" y1="${n(up(0))}" x2="${n(across(1))}" y2="${n(up(1))}" stroke="currentColor" stroke-dasharray="4 4"/>`
  const label = texts.againstLabel(x, y)
  const caption = svgText(margin.left + side / 2, margin.top + side + 34, label, 'middle')
  return svg(margin.top + side + margin.bottom, label, axis.join('') + tie + points.join('') + caption)
}
