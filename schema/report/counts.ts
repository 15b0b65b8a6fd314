import type { Cell } from '../metrics/cells.ts'
import type { RepeatGroup } from '../metrics/consistency.ts'
import type { RowGroup } from '../metrics/scores.ts'

/** Judgments of one set of weights with one rating; null is no rating. */
export interface WeightsCount {
  digest: string | null
  precision: string | null
  provider: string | null
  rating: number | null
  count: number
}

/** The counts behind the tables of an evaluation: results by kind, never rows. */
export interface EvaluationCounts {
  /** Whole rows, by answering model and category. */
  rows: (RowGroup & { model: string | null; category: string | null })[]
  /** Rows by the turn judged, by answering model and category. */
  turns: (RowGroup & { model: string | null; category: string | null; turn: number })[]
  /** Label (x) against rating (y). */
  labelled: Cell[]
  labelledWrong: number
  /** Rows behind the labelled judgments: repeats of a row are not independent. */
  labelledRows: number
  distribution: { rating: number; count: number }[]
  repeats: RepeatGroup[]
  /** Judgments by the weights that made them. */
  weights: WeightsCount[]
  language: { differ: boolean; zero: boolean; count: number }[]
  /** Ratings without probabilities of the node, where their mean is asked for. */
  withoutExpected: number
  failures: { code: string; count: number; rows: string[] }[]
}
