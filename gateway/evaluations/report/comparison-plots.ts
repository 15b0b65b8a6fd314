import type { Comparison } from '../../../schema/api/comparisons.ts'
import type { ReportTexts } from '../../../schema/report/texts/en.ts'
import { escapeHtml } from './escape.ts'
import { n, svg, svgText, truncate, width } from './plots.ts'

const left = 40
const right = 428
const middle = (left + right) / 2

/**
 * The difference with its interval relative to zero, between the names of the two sides; below, the rows that
 * either wins, on its side, and those that neither does.
 */
export function differencePlot({ x, y, rating }: Comparison, texts: ReportTexts): string {
  const { difference, interval, wins, pairs } = rating
  if (difference === null) return ''
  const farthest = Math.max(...[difference, ...(interval ?? [])].map(Math.abs))
  const bound = [0.5, 1, 2, 5].find((one) => farthest <= one) ?? 10
  const at = (value: number) => middle + (value / bound) * (middle - left)
  const ticks = [-bound, -bound / 2, 0, bound / 2, bound].map(
    (value) =>
      `<line x1="${n(at(value))}" x2="${n(at(value))}" y1="20" y2="84" stroke="${value === 0 ? 'currentColor' : 'var(--line)'}"/>${svgText(at(value), 98, String(value), 'middle')}`,
  )
  const whisker =
    interval === null
      ? ''
      : `<rect x="${n(at(interval[0]))}" y="42" width="${n(Math.max(2, at(interval[1]) - at(interval[0])))}" height="16" fill="var(--soft)" stroke="var(--mark)"/>`
  const point = `<circle cx="${n(at(difference))}" cy="50" r="6" fill="var(--mark)"/>`
  let from = left
  const bars = [
    { count: wins.x, label: `← ${wins.x}`, fill: 'var(--other)' },
    { count: wins.tie, label: `= ${wins.tie}`, fill: 'var(--line)' },
    { count: wins.y, label: `${wins.y} →`, fill: 'var(--mark)' },
  ].map(({ count, label, fill }) => {
    const wide = (count / pairs) * (right - left)
    const start = from
    from += wide
    if (count === 0) return ''
    return `<rect x="${n(start)}" y="120" width="${n(wide)}" height="24" fill="${fill}"/>${svgText(start + wide / 2, 160, label, 'middle')}`
  })
  const sides =
    svgText(0, 12, `← ${truncate(x.answering_model ?? x.name, 24)}`, 'start') +
    svgText(width, 12, `${truncate(y.answering_model ?? y.name, 24)} →`, 'end')
  return svg(172, texts.differenceLabel, [sides, ...ticks, whisker, point, ...bars].join(''))
}

const side = 320
const top = 18

/** Every row by its two ratings: the larger a point, the more rows; on the dashed line both agree. */
export function rowsPlot({ points }: Comparison, texts: ReportTexts): string {
  if (points.length === 0) return ''
  const across = (rating: number) => left + (rating / 10) * side
  const up = (rating: number) => top + (1 - rating / 10) * side
  const most = Math.max(...points.map(({ count }) => count))
  const axis = [0, 2, 4, 6, 8, 10].map(
    (tick) =>
      `<line x1="${n(across(tick))}" x2="${n(across(tick))}" y1="${n(up(0))}" y2="${n(up(10))}" stroke="var(--line)"/>` +
      `<line x1="${n(across(0))}" x2="${n(across(10))}" y1="${n(up(tick))}" y2="${n(up(tick))}" stroke="var(--line)"/>` +
      svgText(across(tick), up(0) + 18, String(tick), 'middle') +
      svgText(across(0) - 8, up(tick) + 4, String(tick), 'end'),
  )
  const tie = `<line x1="${n(across(0))}" y1="${n(up(0))}" x2="${n(across(10))}" y2="${n(up(10))}" stroke="currentColor" stroke-dasharray="4 4"/>`
  const marks = points.map(({ x, y, count }) => {
    const radius = 2 + 12 * Math.sqrt(count / most)
    const description = escapeHtml(texts.rowsAt(String(x), String(y), count))
    return `<circle cx="${n(across(x))}" cy="${n(up(y))}" r="${n(radius)}" fill="var(--mark)" fill-opacity="0.5"><title>${description}</title></circle>`
  })
  return svg(top + side + 28, texts.scoresOfRows, [...axis, tie, ...marks].join(''))
}
