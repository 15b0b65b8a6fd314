import type { NodeHour } from '../../../../schema/api/node-throughput.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { formatTime } from '../../format.ts'
import type { View } from '../../view.ts'

export const shownHours = 48
const hourMs = 3_600_000

interface NodeThroughputProps {
  view: View
  /** The hours with work of this node. */
  hours: readonly NodeHour[]
  now: number
}

/** The throughput of a node in each of the last hours: answers per minute and tokens per second. */
export function NodeThroughput({ view, hours, now }: NodeThroughputProps) {
  const text = view.t.operator.nodes.throughput
  const rows = [
    { title: text.answers, perHour: 60, of: ({ answers }: NodeHour) => answers },
    { title: text.tokens, perHour: 3_600, of: ({ generated_tokens }: NodeHour) => generated_tokens },
  ]
  return (
    <>
      {rows.map(({ title, perHour, of }) => {
        const marks = everyHour(hours, now).map(({ start, row }) => {
          // the current hour is not over
          const share = Math.min(1, Math.max(1 / 60, (now - start) / hourMs))
          return { start, value: row === undefined ? 0 : of(row) / (perHour * share) }
        })
        const number = (value: number) => rate(value, view)
        const most = Math.max(...marks.map(({ value }) => value))
        const summary = text.summary(number(marks.at(-1)!.value), number(most))
        return (
          <>
            <dt>{title}</dt>
            <dd>
              <Sparkline
                label={`${title}: ${summary}`}
                marks={marks.map(({ start, value }) => ({
                  value,
                  label: `${formatTime(start, view)}: ${number(value)}`,
                }))}
              />
              <br />
              {summary}
            </dd>
          </>
        )
      })}
    </>
  )
}

/** The last hours, oldest first: hours without work are there, too. */
function everyHour(hours: readonly NodeHour[], now: number) {
  const byStart = new Map(hours.map((row) => [Date.parse(row.hour), row]))
  const last = Math.floor(now / hourMs) * hourMs
  return Array.from({ length: shownHours }, (_, index) => {
    const start = last - (shownHours - 1 - index) * hourMs
    return { start, row: byStart.get(start) }
  })
}

const rate = (value: number, { language }: View) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
