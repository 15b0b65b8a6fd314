/**
 * Progress of a long task, in one line.
 *
 * @param elapsed milliseconds since it began
 */
export function progressLine(done: number, total: number, elapsed: number): string {
  const share = total === 0 ? 1 : done / total
  const width = 24
  const filled = Math.round(share * width)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
  const amount = `${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB`
  return `${bar} ${Math.floor(share * 100)}% · ${amount} · ${timeLeft(share, elapsed)}`
}

function timeLeft(share: number, elapsed: number): string {
  if (share === 0) return 'time left unknown'
  const seconds = Math.ceil(((elapsed / share) * (1 - share)) / 1000)
  if (seconds < 60) return `${seconds} s left`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s left`
}
