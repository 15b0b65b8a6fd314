import { type Cell, countSize } from './cells.ts'

/** The columns of the model card: 0 to 10. */
const columns = Array.from({ length: 11 }, (_, value) => String(value))

/** One line of a table in the keval model card: `wrong | score | length | 0 … 10`. */
export interface CardLine {
  /** From 0 to 1; null when there is nothing to score. */
  score: number | null
  /** Outputs without a rating. They count in `length` and score nothing. */
  wrong: number
  /** All data points. */
  length: number
  /** Every column from "0" to "10", also where it is 0. */
  counts: Record<string, number>
}

/**
 * Points of one rating in the diff score: 1 when it equals the label, 1/2 when it is off by at most 1, else 0.
 * A rating of 8.5 against 8 is off, but by less than 1.
 */
export function diffPoints(label: number, rating: number): number {
  const difference = computeDifference(label, rating)
  if (difference === 0) return 1
  return difference <= 1 ? 0.5 : 0
}

/** Free of what binary fractions add: 9.3 and 8.3 are 1 apart. */
const computeDifference = (label: number, rating: number) => Math.round(Math.abs(label - rating) * 1e6) / 1e6

/**
 * The diff score of the keval model card: `sum of points / all data points`, with how often each difference
 * was seen. A broken difference counts in the column above it, so that column 1 is what earned half a point.
 * Source: the tables of huggingface.co/davidkim205/keval-2-9b.
 */
export function diffScore(cells: readonly Cell[], wrong: number): CardLine {
  const counts = emptyColumns()
  let points = 0
  for (const { x: label, y: rating, count } of cells) {
    points += count * diffPoints(label, rating)
    add(counts, Math.ceil(computeDifference(label, rating)), count)
  }
  return line(points, wrong, cells, counts)
}

/**
 * The accuracy of the keval model card: `ratings equal to their label / all data points`, with how many were
 * right for each label. Source: as for the diff score.
 */
export function accuracy(cells: readonly Cell[], wrong: number): CardLine {
  const counts = emptyColumns()
  let right = 0
  for (const { x: label, y: rating, count } of cells) {
    if (label !== rating) continue
    right += count
    add(counts, Math.round(label), count)
  }
  return line(right, wrong, cells, counts)
}

function line(
  points: number,
  wrong: number,
  cells: readonly Cell[],
  counts: Record<string, number>,
): CardLine {
  const length = countSize(cells) + wrong
  return { score: length === 0 ? null : points / length, wrong, length, counts }
}

const emptyColumns = () => Object.fromEntries(columns.map((column) => [column, 0]))

function add(counts: Record<string, number>, column: number, count: number): void {
  counts[column] = (counts[column] ?? 0) + count
}
