import { and, asc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import {
  evaluationJudgments,
  evaluationRows,
  evaluations,
  evaluationTallies,
} from '../../../schema/db/evaluations.ts'
import type { RatingSummary } from '../../../schema/metrics/rating-summary.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import { type TallyKey, type TallyKind, tallyRow } from './row-tally.ts'

/** Rows counted at a time when an evaluation is counted anew. */
const rowsAtOnce = 2000

/** A judgment of an evaluation that has just got its verdict. */
export interface SettledJudgment {
  row: number
  turn: number
  repeat: number
}

export interface Tally {
  kind: TallyKind
  key: TallyKey
  count: number
}

/**
 * The tallies of evaluations, which move with every judgment: a report reads what is different among the rows,
 * however many rows there are. A judgment that has a verdict never loses it, so only its own row has to be
 * looked at again when it settles.
 */
export class TallyStore {
  readonly #database: TenantDatabase
  readonly #statements: ReturnType<typeof prepareStatements>

  constructor(database: TenantDatabase) {
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  /** Moves rows from their tally entries before these judgments settled to those after them. */
  move(id: string, settled: readonly SettledJudgment[]): void {
    const names = new Set(settled.map(toName))
    const rows = JSON.stringify([...new Set(settled.map(({ row }) => row))])
    const changes = new Map<string, number>()
    for (const judged of Map.groupBy(this.#statements.settled.all({ id, rows }), ({ row }) => row).values()) {
      const facts = judged[0]!
      const before = judged.filter((one) => !names.has(toName(one)))
      for (const tally of tallyRow(facts, judged)) add(changes, tally, 1)
      for (const tally of tallyRow(facts, before)) add(changes, tally, -1)
    }
    this.#apply(id, changes)
  }

  /** Moves a row from its tally entries before a change of its labels to those after it. */
  changeRow(id: string, row: number, change: () => void): void {
    const changes = new Map<string, number>()
    const count = (by: number) => {
      const judged = this.#statements.settled.all({ id, rows: JSON.stringify([row]) })
      if (judged[0] === undefined) return
      for (const tally of tallyRow(judged[0], judged)) add(changes, tally, by)
    }
    count(-1)
    change()
    count(1)
    this.#apply(id, changes)
  }

  /** Counts an evaluation anew, some thousand rows at a time. */
  rebuild(id: string): void {
    this.remove(id)
    for (let after = 0; ; ) {
      const last = this.#database.get<{ number: number | null }>(sql`
        select max(number) as number from (
          select number from evaluation_rows where evaluation_id = ${id} and number > ${after}
          order by number limit ${rowsAtOnce})`)?.number
      if (last == null) return
      const judged = this.#statements.settledBetween.all({ id, first: after + 1, last })
      const changes = new Map<string, number>()
      for (const same of Map.groupBy(judged, ({ row }) => row).values()) {
        for (const tally of tallyRow(same[0]!, same)) add(changes, tally, 1)
      }
      this.#apply(id, changes)
      after = last
    }
  }

  read(id: string): Tally[] {
    return this.#database
      .all<{ kind: TallyKind; key: string; count: number }>(
        sql`select kind, key, count from evaluation_tallies where evaluation_id = ${id} and count > 0`,
      )
      .map(({ kind, key, count }) => ({ kind, key: JSON.parse(key), count }))
  }

  remove(id: string): void {
    this.#database.run(sql`delete from evaluation_tallies where evaluation_id = ${id}`)
  }

  #apply(id: string, changes: Map<string, number>): void {
    const moved = [...changes].filter(([, change]) => change !== 0)
    for (let at = 0; at < moved.length; at += rowsAtOnce) {
      const lot = moved.slice(at, at + rowsAtOnce).map(([place, change]) => [...JSON.parse(place), change])
      this.#statements.apply.run({ id, lot: JSON.stringify(lot) })
    }
  }
}

const toName = ({ row, turn, repeat }: SettledJudgment) => `${row} ${turn} ${repeat}`

function add(changes: Map<string, number>, [kind, key]: [TallyKind, TallyKey], change: number): void {
  const place = JSON.stringify([kind, JSON.stringify(key)])
  changes.set(place, (changes.get(place) ?? 0) + change)
}

/** Prepared once, for a row moves with every judgment: writing their SQL takes longer than running them. */
function prepareStatements(database: TenantDatabase) {
  const { evaluationId, row, turn, repeat, label, rating, expected, weights, state } = evaluationJudgments
  const { number, model, category, languagesDiffer } = evaluationRows
  const { kind, key, count } = evaluationTallies
  const given = (name: string) => sql`${sql.placeholder(name)}`
  /** Judgments with a verdict among some rows, row by row. */
  const settledAmong = (rows: SQL | undefined) =>
    database
      .select({
        ...{ row, turn, repeat, label, rating, expected, weights },
        ...{ model, category, languagesDiffer },
        summary: sql<RatingSummary>`${evaluations.options} ->> '$.summary'`,
      })
      .from(evaluationJudgments)
      .innerJoin(evaluations, eq(evaluations.id, evaluationId))
      .innerJoin(evaluationRows, and(eq(evaluationRows.evaluationId, evaluationId), eq(number, row)))
      .where(and(eq(evaluationId, given('id')), rows, inArray(state, ['rated', 'no_rating', 'truncated'])))
      .orderBy(asc(row), asc(turn), asc(repeat))
      .prepare()
  return {
    settled: settledAmong(sql`${row} in (select value from json_each(${given('rows')}))`),
    // not `between`: ordered so, SQLite would read on to the end of the evaluation
    settledBetween: settledAmong(and(gte(row, given('first')), lte(row, given('last')))),
    apply: database
      .insert(evaluationTallies)
      .select(
        sql`select ${given('id')}, value ->> 0, value ->> 1, value ->> 2 from json_each(${given('lot')}) where true`,
      )
      .onConflictDoUpdate({
        target: [evaluationTallies.evaluationId, kind, key],
        set: { count: sql`${count} + excluded.count` },
      })
      .prepare(),
  }
}
