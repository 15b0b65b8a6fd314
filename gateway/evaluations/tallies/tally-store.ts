import { sql } from 'drizzle-orm'
import type { TenantDatabase } from '../../tenant/database.ts'
import { type Judged, type RowFacts, type TallyKey, type TallyKind, talliesOfRow } from './row-tally.ts'

/** Rows counted at a time when an evaluation is counted anew. */
const rowsAtOnce = 2000

export interface Tally {
  kind: TallyKind
  key: TallyKey
  count: number
}

interface SettledJudgment extends Judged {
  row: number
  repeat: number
  model: string | null
  category: string | null
  languagesDiffer: number | null
}

const settledIn = sql`
  select j.row as row, j.turn as turn, j.repeat as repeat, j.label as label, j.rating as rating,
    r.model as model, r.category as category, r.languages_differ as languagesDiffer
  from evaluation_judgments j
  join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
  where j.state in ('rated', 'no_rating', 'truncated')`

/**
 * The tallies of evaluations, which move with every judgment: a report reads what is different among the rows,
 * however many rows there are. A judgment that has a verdict never loses it, so only its own row has to be
 * looked at again when it settles.
 */
export class TallyStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  /** Moves a row from where it stood before a judgment of it settled to where it stands now. */
  move(id: string, row: number, settled: { turn: number; repeat: number }): void {
    const judged = this.#database.all<SettledJudgment>(sql`
      ${settledIn} and j.evaluation_id = ${id} and j.row = ${row} order by j.turn, j.repeat`)
    const [first] = judged
    if (first === undefined) return
    const facts = factsOf(first)
    const before = judged.filter(({ turn, repeat }) => turn !== settled.turn || repeat !== settled.repeat)
    const changes = new Map<string, number>()
    for (const tally of talliesOfRow(facts, judged)) add(changes, tally, 1)
    for (const tally of talliesOfRow(facts, before)) add(changes, tally, -1)
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
      const judged = this.#database.all<SettledJudgment>(sql`
        ${settledIn} and j.evaluation_id = ${id} and j.row > ${after} and j.row <= ${last}
        order by j.row, j.turn, j.repeat`)
      const changes = new Map<string, number>()
      for (const same of Map.groupBy(judged, ({ row }) => row).values()) {
        for (const tally of talliesOfRow(factsOf(same[0]!), same)) add(changes, tally, 1)
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
      this.#database.run(sql`
        insert into evaluation_tallies (evaluation_id, kind, key, count)
        select ${id}, value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(lot)}) where true
        on conflict do update set count = count + excluded.count`)
    }
  }
}

const factsOf = ({ model, category, languagesDiffer }: SettledJudgment): RowFacts => ({
  model,
  category,
  languagesDiffer: languagesDiffer === null ? null : languagesDiffer === 1,
})

function add(changes: Map<string, number>, [kind, key]: [TallyKind, TallyKey], change: number): void {
  const place = JSON.stringify([kind, JSON.stringify(key)])
  changes.set(place, (changes.get(place) ?? 0) + change)
}
