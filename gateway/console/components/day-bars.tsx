interface DayBarsProps {
  /** Oldest first. */
  days: { day: string; value: number; label: string }[]
  title: string
}

/** A value for each day as bars; every bar can be read without seeing it. */
export function DayBars({ days, title }: DayBarsProps) {
  const most = Math.max(1, ...days.map(({ value }) => value))
  const width = 12
  return (
    <svg
      class="day-bars"
      viewBox={`0 0 ${days.length * width} 100`}
      preserveAspectRatio="none"
      role="img"
      aria-label={title}
    >
      <title>{title}</title>
      {days.map(({ value, label }, index) => (
        <rect
          x={index * width + 1.5}
          width={width - 3}
          y={100 - (value / most) * 98}
          height={(value / most) * 98}
        >
          <title>{label}</title>
        </rect>
      ))}
    </svg>
  )
}
