import { and, eq, sql } from 'drizzle-orm'
import type { StoredFailure } from '../../schema/api/errors.ts'
import {
  evaluationJudgments,
  evaluationLabels,
  type evaluationRows,
  evaluations,
  type JudgedWeights,
} from '../../schema/db/evaluations.ts'
import type { PublishedSet } from '../../schema/metrics/contamination.ts'
import type { WaitingItem } from '../jobs/chunk.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { pendingBetween, prepareStatements } from './row-statements.ts'
import type { TallyStore } from './tallies/tally-store.ts'

export type NewRow = Omit<typeof evaluationRows.$inferInsert, 'evaluationId'>

/** A judgment still to be made, with its row. */
export interface PendingJudgment {
  position: number
  turn: number
  repeat: number
  row: Pick<
    typeof evaluationRows.$inferSelect,
    'number' | 'id' | 'model' | 'category' | 'label' | 'input' | 'sample'
  >
}

/** The result of one judgment of an evaluation. */
export type ItemOutcome = { position: number } & (
  | {
      state: 'rated' | 'no_rating' | 'truncated'
      rating: number | null
      expected: number | null
      judgmentId: string
      weights: JudgedWeights
    }
  | { state: 'failed'; failure: StoredFailure }
)

/** The rows of evaluations and the judgments to be made of them. Counters and tallies move with each judgment. */
export class RowStore {
  readonly #database: TenantDatabase
  readonly #tallies: TallyStore
  readonly #statements: ReturnType<typeof prepareStatements>

  constructor(database: TenantDatabase, tallies: TallyStore) {
    this.#database = database
    this.#tallies = tallies
    this.#statements = prepareStatements(database)
  }

  /** Adds rows in one statement: it costs the same however many there are already. */
  append(id: string, rows: readonly NewRow[], now: number): void {
    this.#database.run(sql`
      insert into evaluation_rows (evaluation_id, number, id, id_is_given, model, category, label, input, planned, prefix,
        question_digest, turn_digests, item_digest, published, languages_differ, sample)
      select ${id}, value ->> 'number', value ->> 'id', value ->> 'idIsGiven', value ->> 'model', value ->> 'category', value ->> 'label',
        value -> 'input', value -> 'planned', value ->> 'prefix', value ->> 'questionDigest', value -> 'turnDigests',
        value ->> 'itemDigest', value ->> 'published', value ->> 'languagesDiffer', coalesce(value ->> 'sample', 1)
      from json_each(${JSON.stringify(rows)})`)
    this.#database
      .update(evaluations)
      .set({ rows: sql`${evaluations.rows} + ${rows.length}`, progressedAt: now })
      .where(eq(evaluations.id, id))
      .run()
  }

  /** Takes over the rows of another evaluation; their samples are numbered on by `samples`. */
  copy(from: string, id: string, samples: number): void {
    this.#database.run(sql`
      insert into evaluation_rows (evaluation_id, number, id, id_is_given, model, category, label, input, planned, prefix,
        question_digest, turn_digests, item_digest, published, languages_differ, sample)
      select ${id}, number, id, id_is_given, model, category, label, input, planned, prefix,
        question_digest, turn_digests, item_digest, published, languages_differ, sample + ${samples}
      from evaluation_rows where evaluation_id = ${from}`)
    this.#database.run(sql`
      update evaluations set rows = (select count(*) from evaluation_rows where evaluation_id = ${id}) where id = ${id}`)
  }

  /**
   * Lays out the judgments of all rows. Prompts that begin alike (same template, same question) come one after
   * the other, so that a node can use what it has read before.
   */
  layOut(id: string, repeats: number): void {
    this.#database.run(sql`
      with recursive repeats (repeat) as (
        select 1 union all select repeat + 1 from repeats where repeat < ${repeats}
      )
      insert into evaluation_judgments
        (evaluation_id, position, row, turn, repeat, template, label, state, attempts)
      select rows.evaluation_id,
        row_number() over (
          order by plan.value ->> 1, rows.prefix, rows.number, plan.key, repeats.repeat
        ) - 1,
        rows.number, plan.value ->> 0, repeats.repeat, plan.value ->> 1,
        case when plan.key = json_array_length(rows.planned) - 1 then rows.label end, 'pending', 0
      from evaluation_rows rows, json_each(rows.planned) plan, repeats
      where rows.evaluation_id = ${id}`)
  }

  /** Makes the failed judgments pending again; returns their number. */
  reopenFailed(id: string, now: number): number {
    const failed = this.#database
      .update(evaluationJudgments)
      .set({ state: 'pending', attempts: 0, failure: null })
      .where(and(eq(evaluationJudgments.evaluationId, id), eq(evaluationJudgments.state, 'failed')))
      .returning({ position: evaluationJudgments.position })
      .all().length
    if (failed > 0) {
      const change = { failed: 0, progressedAt: now }
      this.#database.update(evaluations).set(change).where(eq(evaluations.id, id)).run()
    }
    return failed
  }

  remove(id: string): void {
    this.#database.delete(evaluationJudgments).where(eq(evaluationJudgments.evaluationId, id)).run()
    // judgments stay, and with them the rows that hold what they judged: a trigger deletes those with the last one
    this.#database.run(sql`
      delete from evaluation_rows where evaluation_id = ${id} and not exists (
        select 1 from judgments where evaluation_id = ${id} and evaluation_row = evaluation_rows.number)`)
    this.#database.delete(evaluationLabels).where(eq(evaluationLabels.evaluationId, id)).run()
    this.#tallies.remove(id)
  }

  /** The questions asked of each answering model, each once. */
  itemDigests(id: string): { model: string | null; digest: string }[] {
    return this.#database.all(sql`
      select distinct model, item_digest as digest from evaluation_rows where evaluation_id = ${id}`)
  }

  /** The published set that all questions come from, with how many of it are asked; null where any is from elsewhere. */
  publishedSet(id: string): { set: PublishedSet; questions: number } | null {
    const found = this.#database.get<{
      set: PublishedSet | null
      questions: number
      sets: number
      others: number
    }>(sql`
      select min(published) as "set", count(distinct question_digest) as questions,
        count(distinct published) as sets, count(*) - count(published) as others
      from evaluation_rows where evaluation_id = ${id}`)
    if (found?.set == null || found.sets > 1 || found.others > 0) return null
    return { set: found.set, questions: found.questions }
  }

  /** Items that failed before come last: they may break a node, and the others do not wait for them. */
  pending(id: string, from: number, to: number): PendingJudgment[] {
    return this.#statements.pending.all({ id, from, to })
  }

  /** The next pending judgments from a position on, with the sizes of their rows. */
  waiting(id: string, from: number, limit: number): WaitingItem[] {
    return this.#statements.waiting.all({ id, from, to: Number.MAX_SAFE_INTEGER, limit })
  }

  /**
   * Settles those of these judgments that are pending, and counts them. The evaluation is then bound to
   * `weightsName`, unless it was bound before.
   */
  settle(id: string, outcomes: readonly ItemOutcome[], weightsName: string | null, now: number): void {
    const settled = this.#statements.settle.all({ id, lot: JSON.stringify(outcomes) })
    const judged = settled.filter(({ state }) => state !== 'failed')
    if (judged.length > 0) this.#tallies.move(id, judged)
    const count = (...states: string[]) => settled.filter(({ state }) => states.includes(state)).length
    this.#statements.count.run({
      id,
      now,
      rated: count('rated'),
      wrong: count('no_rating', 'truncated'),
      failed: count('failed'),
      weightsName,
    })
  }

  /** Notes a failure that may be the row's own fault; returns the number so far. */
  countAttempt(id: string, position: number): number {
    const row = this.#database
      .update(evaluationJudgments)
      .set({ attempts: sql`${evaluationJudgments.attempts} + 1` })
      .where(pendingBetween(id, position, position + 1))
      .returning({ attempts: evaluationJudgments.attempts })
      .get()
    return row?.attempts ?? 0
  }
}
