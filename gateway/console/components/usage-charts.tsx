import { count } from '../format.ts'
import type { View } from '../view.ts'
import { DayPlot } from './day-plot.tsx'
import { everyDay } from './days.ts'
import { quantileMs, secondsText } from './latency.ts'
import { countCached, countRequests, type UsageCounts } from './usage-columns.ts'

interface UsageChartsProps<Row> {
  view: View
  rows: Row[]
  now: number
}

const shownDays = 30

/** Requests, tokens, what caches answered and how long runs took, day by day. */
export function UsageCharts<Row extends UsageCounts & { day: string }>(props: UsageChartsProps<Row>) {
  const { view, rows, now } = props
  const text = view.t.account.usage
  const days = everyDay(rows, shownDays, now)
  const marks = (of: (rows: Row[]) => number, shown: (value: number) => string) =>
    days.map(({ day, rows }) => {
      const value = rows.length === 0 ? null : of(rows)
      return { day, value, label: value === null ? day : `${day}: ${shown(value)}` }
    })
  const whole = (value: number) => count(value, view)
  const short = (value: number) => shortCount(value, view)
  const share = (value: number) => `${value}%`
  const tokens = (of: Row[]) => of.reduce((sum, row) => sum + row.prompt_tokens + row.completion_tokens, 0)
  const cached = (of: Row[]) => Math.round((countCached(of) / Math.max(1, countRequests(of))) * 100)
  return (
    <div class="charts">
      <DayPlot title={text.days} days={marks(countRequests, whole)} axis={short} whole />
      <DayPlot title={text.tokens} days={marks(tokens, whole)} axis={short} whole />
      <DayPlot title={text.cacheShare} days={marks(cached, share)} axis={share} most={100} />
      <DayPlot
        title={text.latencyByDay}
        days={days.map(({ day, rows }) => describeLatency(day, rows, text))}
        axis={(value) => `${value / 1000}`}
      />
    </div>
  )
}

function describeLatency(day: string, rows: UsageCounts[], text: View['t']['account']['usage']) {
  const [median, tail] = [quantileMs(rows, 0.5), quantileMs(rows, 0.95)]
  if (median === null || tail === null) return { day, value: null, upTo: null, label: day }
  const label = `${day}: ${text.latencyOfDay(secondsText(median), secondsText(tail))}`
  return { day, value: median, upTo: tail, label }
}

const shortCount = (value: number, { language }: View) =>
  new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(value)
