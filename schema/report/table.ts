/** Numbers as the tables show them; a dash where there is none. */
export const percent = (value: number | null) => (value === null ? '–' : `${(value * 100).toFixed(1)}%`)
export const decimal = (value: number | null, digits = 2) => (value === null ? '–' : value.toFixed(digits))
export const range = (interval: readonly [number, number] | null, show: (value: number) => string) =>
  interval === null ? '–' : `${show(interval[0])} – ${show(interval[1])}`

/** A table of a report, before it becomes Markdown or HTML. */
export interface Table {
  title: string
  head: string[]
  lines: string[][]
}
