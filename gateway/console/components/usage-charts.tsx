import { count } from '../format.ts'
import type { View } from '../view.ts'
import { DayBars } from './day-bars.tsx'
import { everyDay } from './days.ts'
import { askedOf, type UsageCounts, withoutNode } from './usage-columns.ts'

interface UsageChartsProps<Row> {
  view: View
  rows: Row[]
  now: number
}

/** Requests, tokens, what caches answered and how long runs took, day by day. */
export function UsageCharts<Row extends UsageCounts & { day: string }>({
  view,
  rows,
  now,
}: UsageChartsProps<Row>) {
  const text = view.t.account.usage
  const days = everyDay(rows, 30, now)
  const sum = (row: Row[], of: (row: Row) => number) => row.reduce((total, one) => total + of(one), 0)
  const percent = (of: Row[]) => Math.round((withoutNode(of) / Math.max(1, askedOf(of))) * 100)
  const median = (of: Row[]) => Math.max(0, ...of.map((row) => row.latency.p50_ms ?? 0)) / 1000
  const charts: { title: string; value: (of: Row[]) => number; shown: (value: number) => string }[] = [
    { title: text.days, value: askedOf, shown: (value) => count(value, view) },
    {
      title: text.tokens,
      value: (of) => sum(of, (row) => row.prompt_tokens + row.completion_tokens),
      shown: (value) => count(value, view),
    },
    { title: text.cacheShare, value: percent, shown: (value) => `${value}%` },
    { title: text.median, value: median, shown: (value) => value.toFixed(1) },
  ]
  return (
    <div class="charts">
      {charts.map(({ title, value, shown }) => (
        <section class="card">
          <h2>{title}</h2>
          <DayBars
            title={title}
            days={days.map(({ day, rows: of }) => ({
              day,
              value: value(of),
              label: `${day}: ${shown(value(of))}`,
            }))}
          />
          <p class="soft small">{text.most(shown(Math.max(...days.map(({ rows: of }) => value(of)))))}</p>
        </section>
      ))}
    </div>
  )
}
