import type { Texts } from '../texts/texts.ts'
import { CountedScoresTable } from './counted-scores-table.tsx'

interface Scored {
  score: number | null
  interval: readonly [number, number] | null
  counts: readonly number[]
}

/** A judge against labels. */
export interface CardRow {
  name: string
  /** Judgments without a rating. */
  wrong: number
  diff: Scored
  accuracy: Scored
}

interface CardTablesProps {
  t: Texts
  captions: { diff: string; accuracy: string }
  /** Unit of the diff score's counts: differences in points. */
  differences: readonly number[]
  /** Unit of the accuracy's counts: labels. */
  labels: readonly number[]
  rows: readonly CardRow[]
}

/** The two tables of the model card: how far ratings are from labels, and how many are right. */
export function CardTables({ t, captions, differences, labels, rows }: CardTablesProps) {
  const { tables } = t.start
  return (
    <>
      <CountedScoresTable
        caption={captions.diff}
        titles={{
          first: tables.model,
          wrong: tables.wrong,
          score: tables.score,
          counts: differences.map(tables.difference),
        }}
        rows={rows.map(({ name, wrong, diff }) => ({ name, wrong, ...diff }))}
      />
      <CountedScoresTable
        caption={captions.accuracy}
        titles={{ first: tables.model, score: tables.accuracy, counts: labels.map(tables.label) }}
        rows={rows.map(({ name, accuracy }) => ({ name, ...accuracy }))}
      />
    </>
  )
}
