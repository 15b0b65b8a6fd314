import type { AuditRating } from './assess.ts'
import { caseKey } from './case-key.ts'
import { isBroken, mean } from './measure-probe.ts'
import type { RatedCase } from './plan.ts'
import type { Relation } from './probe.ts'
import { probes } from './probes.ts'
import { holm } from './statistics/holm.ts'
import { mcnemar } from './statistics/mcnemar.ts'

export interface JudgeComparison {
  probe: string
  relation: Relation
  /** Rows that both judges rated, original and variant. */
  compared: number
  /** Rows where just the first, just the second judge breaks the relation, and where both do. */
  only_first: number
  only_second: number
  both: number
  /** Exact McNemar test, adjusted for all probes (Holm). */
  p_value: number
  /** The judge that breaks it less often, beyond chance. */
  better: 'first' | 'second' | null
}

const level = 0.05

/** Two judges on the same audit, probe by probe: paired by row, so that hard rows count the same for both. */
export function compareJudges(
  cases: readonly RatedCase[],
  first: readonly AuditRating[],
  second: readonly AuditRating[],
): JudgeComparison[] {
  const brokenBy = [first, second].map((ratings) => brokenRows(cases, ratings))
  const compared = probes
    .filter(({ name, relation }) => relation !== 'same_row' && cases.some(({ probe }) => probe === name))
    .map(({ name, relation }) => {
      const [one, other] = brokenBy.map((broken) => broken.get(name) ?? new Map<string, boolean>())
      const rows = [...one!.keys()].filter((row) => other!.has(row))
      const count = (a: boolean, b: boolean) =>
        rows.filter((row) => one!.get(row) === a && other!.get(row) === b).length
      return {
        probe: name,
        relation,
        compared: rows.length,
        only_first: count(true, false),
        only_second: count(false, true),
        both: count(true, true),
      }
    })
  const adjusted = holm(compared.map(({ only_first, only_second }) => mcnemar(only_first, only_second)))
  return compared.map((row, index) => ({
    ...row,
    p_value: adjusted[index]!,
    better: adjusted[index]! >= level ? null : row.only_first < row.only_second ? 'first' : 'second',
  }))
}

/** For each probe, which rows break its relation; rows without both ratings are left out. */
function brokenRows(cases: readonly RatedCase[], ratings: readonly AuditRating[]) {
  const ratingByCase = new Map(ratings.map((one) => [caseKey(one), one.rating]))
  const rated = cases.flatMap((one) => {
    const rating = ratingByCase.get(caseKey(one)) ?? null
    return rating === null ? [] : [{ ...one, rating }]
  })
  const originals = new Map(
    [
      ...Map.groupBy(
        rated.filter(({ probe }) => probe === 'repeat'),
        ({ rowId }) => rowId,
      ),
    ].map(([rowId, same]) => [rowId, mean(same.map(({ rating }) => rating))]),
  )
  const broken = new Map<string, Map<string, boolean>>()
  for (const { name, relation } of probes) {
    const own = rated.flatMap(({ probe, rowId, rating }): [string, boolean][] => {
      const original = originals.get(rowId)
      if (probe !== name || original === undefined || (relation === 'must_fall' && original <= 1)) return []
      return [[rowId, isBroken(relation, original, rating)]]
    })
    broken.set(name, new Map(own))
  }
  return broken
}
