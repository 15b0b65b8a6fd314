interface SparklineProps {
  /** All of it in words, in place of the picture. */
  label: string
  /** Oldest first; each with its words, for those who point at it. */
  marks: readonly { value: number; label: string }[]
}

const height = 32
const step = 4

/** A small bar chart without axes that shows a value over time, next to its numbers. */
export function Sparkline({ label, marks }: SparklineProps) {
  const most = Math.max(...marks.map(({ value }) => value), Number.MIN_VALUE)
  const width = marks.length * step
  return (
    <svg class="sparkline" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <line class="grid" x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} />
      {marks.map(({ value, label }, index) => {
        const tall = (value / most) * (height - 2)
        return (
          <g>
            <title>{label}</title>
            <rect class="room" x={index * step} width={step} y={0} height={height} />
            {value > 0 && (
              <rect class="bar" x={index * step} width={step - 1} y={height - 1 - tall} height={tall} />
            )}
          </g>
        )
      })}
    </svg>
  )
}
