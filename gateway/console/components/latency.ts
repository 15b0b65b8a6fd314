import type { UsageRow } from '../../../schema/api/usage.ts'

/** The latency fields of a usage row. */
export interface Timed {
  latency: Pick<UsageRow['latency'], 'histogram'>
}

/** The time in milliseconds within which that part (0..1) of all runs of the rows ended, or null without runs. */
export function quantileMs(rows: readonly Timed[], part: number): number | null {
  const bars = rows.flatMap(({ latency }) => latency.histogram).sort((a, b) => a.up_to_ms - b.up_to_ms)
  const runs = bars.reduce((sum, bar) => sum + bar.runs, 0)
  let seen = 0
  for (const bar of bars) {
    seen += bar.runs
    if (seen >= runs * part) return bar.up_to_ms
  }
  return null
}

/** Seconds with a decimal where they are few. */
export function secondsText(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 1) return seconds.toFixed(2)
  return seconds.toFixed(seconds < 100 ? 1 : 0)
}
