import { and, asc, desc, eq, gte, lt, sql } from 'drizzle-orm'
import type { Failure } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluations.ts'
import { evaluationJudgments, evaluationRows, evaluations } from '../../schema/db/evaluations.ts'
import type { Preview } from '../../schema/evaluation-input/preview.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { TenantDatabase } from '../tenant/database.ts'
import { standingsOf } from './leaderboard.ts'

export type EvaluationRecord = typeof evaluations.$inferSelect
export type NewRow = Omit<typeof evaluationRows.$inferInsert, 'evaluationId'>

/** A judgment still to be made, with its row. */
export interface PendingJudgment {
  position: number
  turn: number
  repeat: number
  row: Pick<typeof evaluationRows.$inferSelect, 'id' | 'model' | 'category' | 'label' | 'input'>
}

/** How a judgment of an evaluation ended. */
export type Settlement =
  | { state: 'rated' | 'no_rating' | 'truncated'; rating: number | null; judgmentId: string }
  | { state: 'failed'; failure: Pick<Failure, 'code' | 'detail'> }

/** A row of the storage has its limits; many categories and models are counted anew for each report. */
const largestKeptCounts = 300_000
const dayMs = 86_400_000

/** The evaluations of a tenant, as stored. Its counters move with the judgments they count. */
export class EvaluationStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  open(id: string, keyId: string, options: EvaluationOptions, now: number): void {
    this.#database
      .insert(evaluations)
      .values({
        id,
        keyId,
        status: 'receiving',
        options,
        createdAt: now,
        progressedAt: now,
        expiresAt: now + options.retentionDays * dayMs,
      })
      .run()
  }

  /** Adds rows in one statement: it costs the same however many there are already. */
  append(id: string, rows: readonly NewRow[], now: number): void {
    this.#database.run(sql`
      insert into evaluation_rows (evaluation_id, number, id, model, category, label, input, planned, prefix,
        question_digest, published, languages_differ)
      select ${id}, value ->> 'number', value ->> 'id', value ->> 'model', value ->> 'category', value ->> 'label',
        value -> 'input', value -> 'planned', value ->> 'prefix', value ->> 'questionDigest',
        value ->> 'published', value ->> 'languagesDiffer'
      from json_each(${JSON.stringify(rows)})`)
    this.#database
      .update(evaluations)
      .set({ rows: sql`${evaluations.rows} + ${rows.length}`, progressedAt: now })
      .where(eq(evaluations.id, id))
      .run()
  }

  /**
   * Lays out the judgments of all rows and lets them start. Prompts that begin alike (same template, same
   * question) come one after the other, so that a node can use what it has read before.
   */
  seal(id: string, preview: Preview, fileSha256: string, dataset: string, now: number): void {
    this.#database.run(sql`
      with recursive repeats (repeat) as (
        select 1 union all select repeat + 1 from repeats where repeat < ${this.get(id)?.options.repeats ?? 1}
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
    this.#database
      .update(evaluations)
      .set({
        status: 'running',
        preview,
        fileSha256,
        dataset,
        judgments: preview.judgments,
        startedAt: now,
        progressedAt: now,
      })
      .where(eq(evaluations.id, id))
      .run()
  }

  get(id: string): EvaluationRecord | null {
    return this.#database.select().from(evaluations).where(eq(evaluations.id, id)).get() ?? null
  }

  /** A page, newest first, of what has been received whole. */
  page(limit: number, after: string | undefined): EvaluationRecord[] {
    return this.#database
      .select()
      .from(evaluations)
      .where(
        and(
          sql`${evaluations.status} <> 'receiving'`,
          after === undefined ? undefined : lt(evaluations.id, after),
        ),
      )
      .orderBy(desc(evaluations.id))
      .limit(limit)
      .all()
  }

  running(): EvaluationRecord[] {
    return this.#database.select().from(evaluations).where(eq(evaluations.status, 'running')).all()
  }

  isReceiving(): boolean {
    const { status } = evaluations
    return (
      this.#database.select({ status }).from(evaluations).where(eq(status, 'receiving')).get() !== undefined
    )
  }

  /** Completed evaluations, newest first, for the leaderboard. */
  ranked(): EvaluationRecord[] {
    return this.#database
      .select()
      .from(evaluations)
      .where(eq(evaluations.status, 'completed'))
      .orderBy(desc(evaluations.id))
      .limit(1000)
      .all()
  }

  /** The newest completed evaluation of the same file and judge under the other protocol. */
  otherProtocolOf(id: string): EvaluationRecord | null {
    const evaluation = this.get(id)
    if (evaluation?.fileSha256 == null) return null
    const { model, protocol } = evaluation.options
    const other = this.#database
      .select()
      .from(evaluations)
      .where(
        and(
          eq(evaluations.status, 'completed'),
          eq(evaluations.fileSha256, evaluation.fileSha256),
          sql`${evaluations.options} ->> 'model' = ${model}`,
          sql`${evaluations.options} ->> 'protocol' <> ${protocol}`,
        ),
      )
      .orderBy(desc(evaluations.id))
      .limit(1)
      .get()
    return other ?? null
  }

  update(id: string, change: Partial<Omit<EvaluationRecord, 'id'>>): void {
    this.#database.update(evaluations).set(change).where(eq(evaluations.id, id)).run()
  }

  /** Ends an evaluation and keeps what its tables are made of. */
  finish(id: string, status: 'completed' | 'cancelled', counts: EvaluationCounts, now: number): void {
    const standings = standingsOf(counts, this.get(id)!)
    // what is under way when an evaluation is cancelled still comes in
    const keep = status === 'completed' && JSON.stringify(counts).length < largestKeptCounts
    this.update(id, { status, standings, counts: keep ? counts : null, finishedAt: now })
  }

  /** Makes the failed judgments pending again; answers how many there are. */
  reopenFailed(id: string, now: number): number {
    const failed = this.#database
      .update(evaluationJudgments)
      .set({ state: 'pending', attempts: 0, failureCode: null, failureDetail: null })
      .where(and(eq(evaluationJudgments.evaluationId, id), eq(evaluationJudgments.state, 'failed')))
      .returning({ position: evaluationJudgments.position })
      .all().length
    if (failed > 0) this.update(id, { failed: 0, progressedAt: now })
    return failed
  }

  remove(id: string): void {
    this.#database.delete(evaluationJudgments).where(eq(evaluationJudgments.evaluationId, id)).run()
    this.#database.delete(evaluationRows).where(eq(evaluationRows.evaluationId, id)).run()
    this.#database.delete(evaluations).where(eq(evaluations.id, id)).run()
  }

  /** Evaluations whose time is over, and uploads that broke off. */
  outlived(now: number, uploadMs: number): string[] {
    return this.#database
      .select({ id: evaluations.id })
      .from(evaluations)
      .where(
        sql`${evaluations.expiresAt} < ${now}
          or (${evaluations.status} = 'receiving' and ${evaluations.progressedAt} < ${now - uploadMs})`,
      )
      .all()
      .map((row) => row.id)
  }

  /** The digests of all questions, in an order that does not depend on the file's. */
  questionDigests(id: string): string[] {
    return this.#database
      .selectDistinct({ digest: evaluationRows.questionDigest })
      .from(evaluationRows)
      .where(eq(evaluationRows.evaluationId, id))
      .orderBy(asc(evaluationRows.questionDigest))
      .all()
      .map((row) => row.digest)
  }

  pending(id: string, from: number, to: number): PendingJudgment[] {
    const { position, turn, repeat } = evaluationJudgments
    const { id: rowId, model, category, label, input } = evaluationRows
    return this.#database
      .select({ position, turn, repeat, row: { id: rowId, model, category, label, input } })
      .from(evaluationJudgments)
      .innerJoin(
        evaluationRows,
        and(
          eq(evaluationRows.evaluationId, evaluationJudgments.evaluationId),
          eq(evaluationRows.number, evaluationJudgments.row),
        ),
      )
      .where(this.#pendingIn(id, from, to))
      .orderBy(asc(position))
      .all()
  }

  pendingPositions(id: string, from: number, to: number): number[] {
    return this.#database
      .select({ position: evaluationJudgments.position })
      .from(evaluationJudgments)
      .where(this.#pendingIn(id, from, to))
      .orderBy(asc(evaluationJudgments.position))
      .all()
      .map((row) => row.position)
  }

  /** Settles a pending judgment and counts it; false when it was settled before. */
  settle(id: string, position: number, settlement: Settlement, now: number): boolean {
    const failed = settlement.state === 'failed'
    const settled = this.#database
      .update(evaluationJudgments)
      .set({
        state: settlement.state,
        rating: failed ? null : settlement.rating,
        judgmentId: failed ? null : settlement.judgmentId,
        failureCode: failed ? settlement.failure.code : null,
        failureDetail: failed ? settlement.failure.detail : null,
      })
      .where(this.#pendingIn(id, position, position + 1))
      .returning({ position: evaluationJudgments.position })
      .get()
    if (settled === undefined) return false
    const counter = failed ? 'failed' : settlement.state === 'rated' ? 'rated' : 'wrong'
    this.#database
      .update(evaluations)
      .set({ [counter]: sql`${evaluations[counter]} + 1`, progressedAt: now })
      .where(eq(evaluations.id, id))
      .run()
    return true
  }

  /** Notes a failure that may be the row's own fault; answers how many there were. */
  countAttempt(id: string, position: number): number {
    const row = this.#database
      .update(evaluationJudgments)
      .set({ attempts: sql`${evaluationJudgments.attempts} + 1` })
      .where(this.#pendingIn(id, position, position + 1))
      .returning({ attempts: evaluationJudgments.attempts })
      .get()
    return row?.attempts ?? 0
  }

  /** How fast the last evaluation with this judge went, in judgments per second. */
  lastRate(model: string): number | null {
    const row = this.#database
      .select({
        judgments: evaluations.judgments,
        startedAt: evaluations.startedAt,
        finishedAt: evaluations.finishedAt,
      })
      .from(evaluations)
      .where(and(eq(evaluations.status, 'completed'), sql`${evaluations.options} ->> 'model' = ${model}`))
      .orderBy(desc(evaluations.id))
      .limit(1)
      .get()
    if (row === undefined || row.startedAt === null || row.finishedAt === null) return null
    return row.judgments / Math.max(0.001, (row.finishedAt - row.startedAt) / 1000)
  }

  #pendingIn(id: string, from: number, to: number) {
    return and(
      eq(evaluationJudgments.evaluationId, id),
      gte(evaluationJudgments.position, from),
      lt(evaluationJudgments.position, to),
      // spelled out, not bound: only so does SQLite use the index of what is pending
      sql`${evaluationJudgments.state} = 'pending'`,
    )
  }
}
