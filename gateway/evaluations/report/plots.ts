import type { Interval } from '../../../schema/metrics/bootstrap.ts'
import { percent, range } from '../../../schema/report/table.ts'
import { en, type ReportTexts } from '../../../schema/report/texts/en.ts'
import { escapeHtml } from './escape.ts'

/** Plots as SVG text, drawn here: a report needs no script to show them. */

export const width = 440
const height = 240
const margin = { left: 40, bottom: 28, top: 18, right: 12 }

/** A histogram of ratings: one bar per whole rating; decimals count in the nearest, halves upwards. */
export function distributionPlot(
  distribution: readonly { rating: number; count: number }[],
  texts: ReportTexts = en,
): string {
  if (distribution.length === 0) return ''
  const counts = new Array<number>(11).fill(0)
  for (const { rating, count } of distribution) counts[Math.round(rating)]! += count
  const most = Math.max(...counts)
  const step = (width - margin.left - margin.right) / 11
  const room = height - margin.top - margin.bottom
  const bars = counts.map((count, rating) => {
    const tall = (room * count) / most
    const x = margin.left + rating * step
    const y = height - margin.bottom - tall
    const label = count > 0 ? svgText(x + step / 2, y - 3, String(count), 'middle') : ''
    return `<rect x="${n(x + 3)}" y="${n(y)}" width="${n(step - 6)}" height="${n(tall)}" fill="var(--mark)"><title>${texts.rating} ${rating}: ${count}</title></rect>${label}${svgText(x + step / 2, height - 10, String(rating), 'middle')}`
  })
  return svg(height, texts.distributionLabel, bars.join(''))
}

interface Bar {
  name: string
  score: number | null
  interval: Interval | null
}

/** Scores from 0 to 1 as bars with their 95% intervals. */
export function intervalPlot(bars: readonly Bar[], texts: ReportTexts = en): string {
  const shown = bars.filter(({ score }) => score !== null).slice(0, 30)
  if (shown.length === 0) return ''
  const left = 150
  const line = 24
  const tall = margin.top + shown.length * line + margin.bottom
  const at = (score: number) => left + score * (width - left - margin.right)
  const axis = [0, 0.25, 0.5, 0.75, 1]
    .map(
      (tick) =>
        `<line x1="${n(at(tick))}" x2="${n(at(tick))}" y1="${margin.top}" y2="${tall - margin.bottom}" stroke="var(--line)"/>${svgText(at(tick), tall - 10, `${tick * 100}%`, tick === 1 ? 'end' : 'middle')}`,
    )
    .join('')
  const drawn = shown.map(({ name, score, interval }, index) => {
    const y = margin.top + index * line
    const middle = y + line / 2
    const whisker =
      interval === null
        ? ''
        : `<line x1="${n(at(interval[0]))}" x2="${n(at(interval[1]))}" y1="${n(middle)}" y2="${n(middle)}" stroke="currentColor" stroke-width="2"/>`
    const title = `${name}: ${percent(score)}${interval === null ? '' : ` (${range(interval, percent)})`}`
    return `<g><title>${escapeHtml(title)}</title>${svgText(left - 6, middle + 4, truncate(name, 20), 'end')}<rect x="${left}" y="${n(y + 4)}" width="${n(at(score!) - left)}" height="${line - 8}" fill="var(--soft)" stroke="var(--mark)"/>${whisker}</g>`
  })
  return svg(tall, texts.intervalsLabel, axis + drawn.join(''))
}

/** Labels down, ratings across: the darker, the more. */
export function confusionPlot(confusion: readonly (readonly number[])[], texts: ReportTexts = en): string {
  const most = Math.max(1, ...confusion.flat())
  const cell = 30
  const cells = confusion.flatMap((line, label) =>
    line.map((count, rating) => {
      const x = margin.left + rating * cell
      const y = margin.top + label * cell
      const shade = `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="var(--mark)" fill-opacity="${n(count / most)}" stroke="var(--line)"><title>${texts.label} ${label}, ${texts.rating} ${rating}: ${count}</title></rect>`
      if (count === 0) return shade
      const dark = count > most / 2
      return shade + svgText(x + cell / 2, y + cell / 2 + 4, String(count), 'middle', dark ? 'on-mark' : '')
    }),
  )
  const names = confusion.flatMap((_, value) => [
    svgText(margin.left - 8, margin.top + value * cell + cell / 2 + 4, String(value), 'end'),
    svgText(margin.left + value * cell + cell / 2, margin.top + 11 * cell + 16, String(value), 'middle'),
  ])
  return svg(margin.top + 11 * cell + margin.bottom, texts.confusionLabel, cells.join('') + names.join(''))
}

export function svg(tall: number, label: string, content: string): string {
  return `<svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${escapeHtml(label)}">${content}</svg>`
}

export function svgText(
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end',
  className: 'on-mark' | '' = '',
): string {
  const named = className === '' ? '' : ` class="${className}"`
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}"${named}>${escapeHtml(text)}</text>`
}

/** At most so many letters' width of a text: a Korean letter is twice as wide as a Latin one. */
export function truncate(text: string, most: number): string {
  let room = most
  let kept = ''
  for (const letter of text) {
    room -= letter.codePointAt(0)! >= 0x1100 ? 2 : 1
    if (room < 0) return `${kept.trimEnd()}…`
    kept += letter
  }
  return text
}

export const n = (value: number) => String(Math.round(value * 100) / 100)
