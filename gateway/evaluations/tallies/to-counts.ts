import type { JudgedWeights } from '../../../schema/db/evaluations.ts'
import type { Cell } from '../../../schema/metrics/cells.ts'
import type { RepeatGroup } from '../../../schema/metrics/consistency.ts'
import type { RowGroup } from '../../../schema/metrics/scores.ts'
import type { EvaluationCounts } from '../../../schema/report/counts.ts'
import { addedNames, type TallyKey, type TallyKind } from './row-tally.ts'
import type { Tally } from './tally-store.ts'

/** Converts the tallies of an evaluation to the counts behind its tables. */
export function toCounts(
  tallies: readonly Tally[],
  failures: EvaluationCounts['failures'],
): EvaluationCounts {
  const of = (wanted: TallyKind) => tallies.filter(({ kind }) => kind === wanted)
  const repeats = of('repeat').map(({ key, count }): RepeatGroup => {
    const [rated, ratingSum, ratingSquares, lowest, highest] = key as [number, number, number, number, number]
    return { rated, ratingSum, ratingSquares, lowest, highest, count }
  })
  const labelledRated = addedNames.indexOf('labelledRated') - addedNames.length
  return {
    rows: of('row').map(({ key, count }) => {
      const [model, category, ...added] = key as [string | null, string | null, ...number[]]
      return { model, category, ...toGroup(added, count) }
    }),
    turns: of('turn').map(({ key, count }) => {
      const [model, category, turn, ...added] = key as [string | null, string | null, number, ...number[]]
      return { model, category, turn, ...toGroup(added, count) }
    }),
    ...countOutcomes(of('outcome')),
    labelledRows: of('row').reduce(
      (sum, { key, count }) => sum + ((key.at(labelledRated) as number) > 0 ? count : 0),
      0,
    ),
    repeats,
    weights: of('weights').map(({ key, count }) => {
      const [digest, precision, provider, rating] = key as [...JudgedWeights, number | null]
      return { digest, precision, provider, rating, count }
    }),
    language: of('language').map(({ key, count }) => {
      const [differ, zero] = key as [boolean, boolean]
      return { differ, zero, count }
    }),
    withoutExpected: of('expected').reduce((sum, { key: [given], count }) => sum + (given ? 0 : count), 0),
    failures,
  }
}

function toGroup(added: TallyKey, count: number): RowGroup {
  const values = Object.fromEntries(addedNames.map((name, index) => [name, added[index] as number]))
  const { labelledRated: _, ...group } = values as Record<(typeof addedNames)[number], number>
  return { ...group, count }
}

function countOutcomes(
  outcomes: readonly Tally[],
): Pick<EvaluationCounts, 'labelled' | 'labelledWrong' | 'distribution'> {
  const counts = new Map<number, number>()
  const labelled: Cell[] = []
  let labelledWrong = 0
  for (const { key, count } of outcomes) {
    const [label, rating] = key as [number | null, number | null]
    if (rating !== null) counts.set(rating, (counts.get(rating) ?? 0) + count)
    if (label !== null && rating !== null) labelled.push({ x: label, y: rating, count })
    if (label !== null && rating === null) labelledWrong += count
  }
  const distribution = [...counts]
    .map(([rating, count]) => ({ rating, count }))
    .sort((a, b) => a.rating - b.rating)
  // the order of the rows in storage must not move a seeded interval
  labelled.sort((a, b) => a.x - b.x || a.y - b.y)
  return { labelled, labelledWrong, distribution }
}
