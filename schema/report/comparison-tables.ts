import type { Comparison } from '../api/comparisons.ts'
import { toDatasetName } from './dataset-name.ts'
import { decimal, range, type Table } from './table.ts'
import { statistics } from './tables.ts'
import type { ReportTexts } from './texts/en.ts'

type Side = Comparison['x']

/** Name of a side: the evaluation, and the answering model if its file has several. */
export const toSideName = ({ name, answering_model: model }: Side): string =>
  model === null ? name : `${name} / ${model}`

/** Both sides with the judge and the protocol of each. */
export function describeSides({ x, y }: Comparison, texts: ReportTexts): string {
  const described = (side: Side) => {
    const dataset = side.dataset === null ? null : toDatasetName(side.dataset)
    return texts.side(toSideName(side), dataset, side.model, side.protocol)
  }
  return texts.sides(described(x), described(y))
}

/** Notes before the tables, the verdict on the difference first. */
export function comparisonNotes({ rating, notes }: Comparison, texts: ReportTexts): string[] {
  if (rating.interval === null) return notes.map((note) => note.message)
  const [low, high] = rating.interval
  return [low <= 0 && high >= 0 ? texts.unclear : texts.clear, ...notes.map((note) => note.message)]
}

/** Every table of a comparison, in reading order. */
export function buildComparisonTables(comparison: Comparison, texts: ReportTexts): Table[] {
  const { rating, diff, agreement, categories, pairing } = comparison
  const paired = (name: string, line: Comparison['rating']) => [
    name,
    String(line.pairs),
    decimal(line.difference),
    range(line.interval, decimal),
    decimal(line.p_value, 3),
    `${line.wins.y} / ${line.wins.tie} / ${line.wins.x}`,
  ]
  const tables: Table[] = [
    {
      title: texts.differences,
      head: ['', texts.commonRows, texts.difference, texts.interval, texts.pValue, texts.wins],
      lines: [paired(texts.pairedRating, rating), ...(diff === null ? [] : [paired(texts.diffScore, diff)])],
    },
  ]
  const unpaired = (['x', 'y'] as const).flatMap((side) =>
    pairing.unpaired[side].rows.map((row) => [
      side === 'x' ? 'a' : 'b',
      row.id ?? String(row.row),
      String(row.turn),
      row.question,
    ]),
  )
  const unpairedTable = {
    title: texts.unpairedRows,
    head: [texts.side_, texts.row, texts.turn, texts.question],
    lines: unpaired,
  }
  const last = unpaired.length === 0 ? [] : [unpairedTable]
  if (rating.pairs === 0) return [...tables, ...last]
  if (agreement !== null) {
    tables.push({
      title: texts.agreementOfBoth,
      head: [texts.statistic, texts.value],
      lines: statistics(texts).map(([name, title]) => [title, decimal(agreement[name], 3)]),
    })
  }
  if (categories.length > 1) {
    tables.push({
      title: texts.meanByCategory,
      head: [texts.category, texts.commonRows, 'a', 'b', texts.difference, texts.interval],
      lines: categories.map(({ category, rows, x, y, difference, interval }) => [
        category ?? texts.none,
        String(rows),
        decimal(x),
        decimal(y),
        decimal(difference),
        range(interval, decimal),
      ]),
    })
  }
  return [...tables, ...last]
}
