import type { Ratio, Run } from './history.ts'

/** The table of a run, each ratio beside that of the run before. */
export function toTable(ratios: readonly Ratio[], last: Run | null): string {
  const before = new Map(last?.ratios.map((one) => [toName(one), one.ratio]))
  const rows = ratios.map((one) => {
    const then = before.get(toName(one))
    return [
      one.subject,
      `${toNumber(one.ours)} ${one.unit}`,
      `${one.against}: ${toNumber(one.theirs)}`,
      one.ratio.toFixed(2),
      `${one.least.toFixed(2)} to ${one.most.toFixed(2)}`,
      one.cpuRatio === undefined ? '' : one.cpuRatio.toFixed(2),
      then === undefined ? '' : `${then.toFixed(2)} ${toChange(one, then)}`.trim(),
    ]
  })
  const head = ['', 'ours', 'floor or peer', 'ratio', 'spread', 'CPU, ours by theirs', 'last run']
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** A change counts when the last ratio lies outside the spread of this run. */
function toChange({ ratio, least, most }: Ratio, then: number): string {
  if (then >= least && then <= most) return ''
  const percent = Math.round((ratio / then - 1) * 100)
  return `(${percent > 0 ? '+' : ''}${percent} %)`
}

const toName = ({ subject, against }: Ratio) => `${subject} / ${against}`

const toNumber = (value: number) => (value >= 100 ? String(Math.round(value)) : value.toFixed(2))
