import { and, eq, sql } from 'drizzle-orm'
import type { ExportedLabel } from '../../../schema/api/evaluation-rows.ts'
import { evaluationJudgments, evaluationLabels, evaluations } from '../../../schema/db/evaluations.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import type { TallyStore } from '../tallies/tally-store.ts'

export interface LabelPlace {
  id: string
  row: number
  turn: number
}

/**
 * Labels given by hand. A label counts like one of the file: it stands with the judgments of its turn, and the tallies
 * of the row move with it.
 */
export class LabelStore {
  readonly #database: TenantDatabase
  readonly #tallies: TallyStore

  constructor(database: TenantDatabase, tallies: TallyStore) {
    this.#database = database
    this.#tallies = tallies
  }

  set(place: LabelPlace, given: { label: number; note: string; keyId: string }, now: number): boolean {
    if (!this.#isJudged(place)) return false
    const { id, row, turn } = place
    const { label, note, keyId } = given
    this.#database
      .insert(evaluationLabels)
      .values({ evaluationId: id, row, turn, label, note, keyId, createdAt: now, updatedAt: now })
      .onConflictDoUpdate({
        target: [evaluationLabels.evaluationId, evaluationLabels.row, evaluationLabels.turn],
        set: { label, note, keyId, updatedAt: now },
      })
      .run()
    this.#relabel(place, label)
    return true
  }

  remove(place: LabelPlace): boolean {
    const removed = this.#database.delete(evaluationLabels).where(at(place)).returning().all().length
    if (removed > 0) this.#relabel(place, this.#labelOfFile(place))
    return removed > 0
  }

  count(id: string): number {
    return this.#database.get<{ n: number }>(
      sql`select count(*) as n from evaluation_labels where evaluation_id = ${id}`,
    )!.n
  }

  page(id: string, [row, turn]: [number, number], limit: number): ExportedLabel[] {
    return this.#database.all<ExportedLabel>(sql`
      select l.row, r.id, r.model, r.category, l.turn, l.label, l.note,
        (select avg(j.rating) from evaluation_judgments j
          where j.evaluation_id = l.evaluation_id and j.row = l.row and j.turn = l.turn) as rating,
        r.input ->> ('$.turns[' || (l.turn - 1) || '].question') as question,
        r.input ->> ('$.turns[' || (l.turn - 1) || '].answer') as answer,
        l.key_id as key,
        strftime('%FT%H:%M:%fZ', l.created_at / 1000.0, 'unixepoch') as created_at,
        strftime('%FT%H:%M:%fZ', l.updated_at / 1000.0, 'unixepoch') as updated_at
      from evaluation_labels l
      join evaluation_rows r on r.evaluation_id = l.evaluation_id and r.number = l.row
      where l.evaluation_id = ${id} and (l.row, l.turn) > (${row}, ${turn})
      order by l.row, l.turn limit ${limit}`)
  }

  #isJudged({ id, row, turn }: LabelPlace): boolean {
    const judged = this.#database.get(sql`
      select 1 from evaluation_judgments where evaluation_id = ${id} and row = ${row} and turn = ${turn} limit 1`)
    return judged !== undefined
  }

  /** The label that the row came with, which stands at the last turn that is judged. */
  #labelOfFile({ id, row, turn }: LabelPlace): number | null {
    return this.#database.get<{ label: number | null }>(sql`
      select case when planned ->> '$[#-1][0]' = ${turn} then label end as label
      from evaluation_rows where evaluation_id = ${id} and number = ${row}`)!.label
  }

  #relabel({ id, row, turn }: LabelPlace, label: number | null): void {
    this.#tallies.changeRow(id, row, () => {
      this.#database
        .update(evaluationJudgments)
        .set({ label })
        .where(
          and(
            eq(evaluationJudgments.evaluationId, id),
            eq(evaluationJudgments.row, row),
            eq(evaluationJudgments.turn, turn),
          ),
        )
        .run()
    })
    this.#database
      .update(evaluations)
      .set({ labelRevision: sql`${evaluations.labelRevision} + 1` })
      .where(eq(evaluations.id, id))
      .run()
  }
}

const at = ({ id, row, turn }: LabelPlace) =>
  and(eq(evaluationLabels.evaluationId, id), eq(evaluationLabels.row, row), eq(evaluationLabels.turn, turn))
