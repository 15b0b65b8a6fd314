import type { Machine } from './gpu-machine.ts'
import { formatSpread, median, table } from './processes.ts'

/** A work of the bench, as a column of its table. */
export interface Column {
  name: string
  unit: 'tokens/s' | 'judgments/min'
}

export interface Row {
  subject: string
  /** Of each column: the rates of all rounds, and the share of the memory's speed where that is the bound. */
  cells: { rates: number[]; share: number | null }[]
}

export interface ShapeReport {
  shape: string
  columns: Column[]
  rows: Row[]
  skipped: string[]
}

export interface Report {
  measuredAt: string
  provider: string
  machine: Machine
  runtime: string
  shapes: ShapeReport[]
}

export function toMarkdown({ provider, machine, runtime, measuredAt, shapes }: Report): string {
  const { device, driver, bandwidth } = machine
  const memory = bandwidth === null ? '' : `, memory ${(bandwidth / 1e9).toFixed(0)} GB/s measured`
  const head = `${device} by ${provider}${driver === null ? '' : `, driver ${driver}`}${memory}; ${runtime}; ${measuredAt}. Tokens or judgments, median (lowest to highest) of the rounds, and the share of the memory's speed.`
  const parts = shapes.map(({ shape, columns, rows, skipped }) => {
    const cells = rows.map(({ subject, cells: each }) => [
      subject,
      ...each.map(
        ({ rates, share }) =>
          `${formatSpread(rates)}${share === null ? '' : `, ${(100 * share).toFixed(0)}%`}`,
      ),
    ])
    const lines = skipped.map((line) => `- skipped: ${line}`)
    return [
      `### Shape ${shape}`,
      '',
      table(['', ...columns.map(({ name, unit }) => `${name}, ${unit}`)], cells),
      ...(lines.length > 0 ? ['', ...lines] : []),
    ].join('\n')
  })
  return `${[head, ...parts].join('\n\n')}\n`
}

/** Rates with their medians, for other programs. */
export const toJson = (report: Report): string =>
  `${JSON.stringify(
    {
      ...report,
      shapes: report.shapes.map((shape) => ({
        ...shape,
        rows: shape.rows.map(({ subject, cells }) => ({
          subject,
          cells: cells.map((cell, index) => ({
            ...shape.columns[index],
            ...cell,
            median: cell.rates.length > 0 ? median(cell.rates) : null,
          })),
        })),
      })),
    },
    null,
    2,
  )}\n`
