export interface DayMark {
  day: string
  /** Null on a day without anything to tell. */
  value: number | null
  /** End points of an interval drawn around a dot at the value; without it the value is a bar. */
  upTo?: number | null
  /** All of it in words, for those who point at it. */
  label: string
}

interface DayPlotProps {
  title: string
  /** Oldest first. */
  days: readonly DayMark[]
  /** Formats a value of the axis. */
  axis: (value: number) => string
  /** Fixed upper end of the axis. */
  most?: number
  /** True if the values are counts: then the axis has no halves. */
  whole?: boolean
}

const width = 440
const height = 170
const left = 56
const bottom = 26
const top = 12
const room = height - top - bottom
const weekly = 7

/** A value for each day over a month, as bars or as points with a line, on axes with numbers and dates. */
export function DayPlot({ title, days, axis, most, whole = false }: DayPlotProps) {
  const round = roundAbove(Math.max(...days.map(({ value, upTo }) => upTo ?? value ?? 0)))
  const end = most ?? (whole ? 2 * Math.ceil(round / 2) : round)
  const step = (width - left - 8) / days.length
  const y = (value: number) => height - bottom - (value / end) * room
  const last = days.length - 1
  return (
    <figure class="card plot day-plot">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {[0, end / 2, end].map((value) => (
          <>
            <line class="grid" x1={left} x2={width - 8} y1={y(value)} y2={y(value)} />
            <text x={left - 6} y={y(value) + 4} text-anchor="end">
              {axis(value)}
            </text>
          </>
        ))}
        {days.map(({ day, value, upTo, label }, index) => {
          const x = left + index * step
          const middle = x + step / 2
          return (
            <g>
              <title>{label}</title>
              {value !== null && upTo === undefined && (
                <rect class="bar" x={x + 1.5} width={step - 3} y={y(value)} height={(value / end) * room} />
              )}
              {value !== null && upTo !== undefined && (
                <>
                  <line class="to-tail" x1={middle} x2={middle} y1={y(value)} y2={y(upTo ?? value)} />
                  <circle class="median" cx={middle} cy={y(value)} r="4" />
                </>
              )}
              {(last - index) % weekly === 0 && (
                <text x={middle} y={height - 8} text-anchor={index === last ? 'end' : 'middle'}>
                  {day.slice(5)}
                </text>
              )}
            </g>
          )
        })}
      </svg>
    </figure>
  )
}

/** The next round number that is not below the value. */
function roundAbove(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return (
    [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((one) => one >= value) ?? value
  )
}
