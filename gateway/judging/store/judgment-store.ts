import { and, desc, eq, getTableColumns, gte, lt, lte, sql } from 'drizzle-orm'
import { firstId, newId } from '../../../schema/api/ids.ts'
import type { JudgmentRequest } from '../../../schema/api/judgment-request.ts'
import type { Judgment, JudgmentPageQuery } from '../../../schema/api/judgments.ts'
import { evaluationRows, evaluations } from '../../../schema/db/evaluations.ts'
import { attempts, judgments, type KeptJudgment } from '../../../schema/db/tenant.ts'
import { toPlannedJudgment, toTexts } from '../../../schema/evaluation-input/plan.ts'
import { parseExplanation } from '../../../schema/judge/rating.ts'
import type { JudgeMessage } from '../../../schema/judge/render.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import { jsonHasWords, textFields } from '../../platform/text-search.ts'
import type { JudgeCommand } from '../command.ts'

const dayMs = 86_400_000

/** A judgment to store, and when it was made. */
export interface NewJudgment {
  command: JudgeCommand
  judgment: Judgment
  at: number
}

export interface StoredJudgment {
  judgment: Judgment
  request: JudgmentRequest
  /** The exact messages, where a test set gave them. */
  messages: JudgeMessage[] | null
}

/** A tenant's judgments, as stored, and the runs that gave none. */
export class JudgmentStore {
  readonly #database: TenantDatabase
  readonly #statements: ReturnType<typeof prepareStatements>

  constructor(database: TenantDatabase) {
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  /** Stores judgments, one by one: SQLite takes longer to read a list of them as JSON than to run a statement for each. */
  insert(made: readonly NewJudgment[]): void {
    const linked = this.#linkedRows(made)
    const { sql } = this.#database.$client
    for (const one of made) {
      const row = toRow(one, linked.has(rowName(one.command)))
      sql.exec(insertSql, ...insertedNames.map((name) => row[name]))
    }
  }

  /** The rows of evaluations that hold the texts of these judgments: some may be deleted since. */
  #linkedRows(made: readonly NewJudgment[]): Set<string> {
    const ofRows = made.map(({ command }) => command).filter((command) => command.evaluationRow !== null)
    const byEvaluation = [...Map.groupBy(ofRows, ({ evaluationId }) => evaluationId)]
    return new Set(byEvaluation.flatMap(([id, commands]) => this.#findRows(id, commands)).map(rowName))
  }

  #findRows(id: string | null, commands: readonly JudgeCommand[]): RowPlace[] {
    // an evaluation has all its rows until it is deleted
    if (this.#statements.findEvaluation.get({ id }) !== undefined) return [...commands]
    const numbers = JSON.stringify(commands.map(({ evaluationRow }) => evaluationRow))
    return this.#statements.findRows.all({ id, numbers })
  }

  /** Notes a run that gave no judgment: which failure, never which text. */
  insertAttempt(command: JudgeCommand, code: string, characters: number, now: number): void {
    const { requestId, fingerprint, keyId } = command
    const model = command.request.model
    this.#database
      .insert(attempts)
      .values({
        id: newId('att', now),
        createdAt: now,
        requestId,
        fingerprint,
        keyId,
        model,
        code,
        characters,
      })
      .run()
  }

  /** The newest rated judgment of a fingerprint, for repeats, unless it is from before the time given. */
  findRated(fingerprint: string, since: number): Judgment | null {
    const row = this.#statements.findRated.get({ fingerprint, since })
    return row === undefined ? null : toJudgment(row)
  }

  get(id: string): StoredJudgment | null {
    const row = this.#database
      .select({ ...judgmentColumns, request: judgments.request, input: evaluationRows.input })
      .from(judgments)
      .leftJoin(
        evaluationRows,
        and(
          eq(evaluationRows.evaluationId, judgments.evaluationId),
          eq(evaluationRows.number, judgments.evaluationRow),
        ),
      )
      .where(eq(judgments.id, id))
      .get()
    if (row === undefined) return null
    const judgment = toJudgment(row)
    if (row.input === null) return { judgment, request: row.request, messages: null }
    const planned = toPlannedJudgment(judgment.template, row.input)
    const messages = 'messages' in row.input ? planned.messages : null
    return { judgment, request: { ...row.request, ...toTexts(planned) }, messages }
  }

  /** A page, newest first, after the id given. */
  page(query: JudgmentPageQuery): { data: Judgment[]; hasMore: boolean } {
    const { limit, after, model, template, verdict, since, until, evaluation } = query
    const rows = this.#database
      .select(judgmentColumns)
      .from(judgments)
      .where(
        and(
          after === undefined ? undefined : lt(judgments.id, after),
          model === undefined ? undefined : eq(judgments.model, model),
          template === undefined ? undefined : eq(judgments.template, template),
          verdict === undefined ? undefined : eq(judgments.verdict, verdict),
          query.min_rating === undefined ? undefined : gte(judgments.rating, query.min_rating),
          query.max_rating === undefined ? undefined : lte(judgments.rating, query.max_rating),
          since === undefined ? undefined : gte(judgments.id, firstJudgment(since)),
          until === undefined ? undefined : lt(judgments.id, firstJudgment(until)),
          evaluation === undefined ? undefined : eq(judgments.evaluationId, evaluation),
          query.search ? hasText(query.search) : undefined,
        ),
      )
      .orderBy(desc(judgments.id))
      .limit(limit + 1)
      .all()
    return { data: rows.slice(0, limit).map(toJudgment), hasMore: rows.length > limit }
  }

  /** Deletes a judgment; returns its fingerprint, or null when there is none. */
  delete(id: string): string | null {
    const row = this.#database
      .delete(judgments)
      .where(eq(judgments.id, id))
      .returning({ fingerprint: judgments.fingerprint })
      .get()
    return row?.fingerprint ?? null
  }
}

const { id, model, template, verdict, rating, fingerprint } = judgments
const judgmentColumns = { id, model, template, verdict, rating, fingerprint, kept: judgments.judgment }

const insertedColumns = getTableColumns(judgments)
const insertedNames = Object.keys(insertedColumns) as (keyof typeof insertedColumns)[]
const insertSql = `insert into judgments (${insertedNames.map((name) => insertedColumns[name].name)})
  values (${insertedNames.map(() => '?')})`

type StoredColumns = Pick<
  typeof judgments.$inferSelect,
  'id' | 'model' | 'template' | 'verdict' | 'rating' | 'fingerprint'
> & { kept: KeptJudgment }

/** The parts of a judgment without a column that cannot be derived. */
function toKept(judgment: Judgment): KeptJudgment {
  const { id, object, model, template, rating, verdict, explanation, fingerprint, stored, ...kept } = judgment
  return kept
}

/** The judgment as it was answered. */
function toJudgment({ kept, id, model, template, verdict, rating, fingerprint }: StoredColumns): Judgment {
  const { created, protocol, text, finish_reason, usage, provenance, warnings, ...rest } = kept
  return {
    id,
    object: 'judgment',
    created,
    model,
    template: template as Judgment['template'],
    protocol,
    rating,
    verdict,
    explanation: parseExplanation(text),
    text,
    finish_reason,
    usage,
    fingerprint,
    provenance,
    warnings,
    stored: true,
    ...rest,
  }
}

type RowPlace = Pick<JudgeCommand, 'evaluationId' | 'evaluationRow'>

const rowName = ({ evaluationId, evaluationRow }: RowPlace) => `${evaluationId} ${evaluationRow}`

/** A judgment as its row is written, past the query builder: it takes as long as the statement. */
type InsertedRow = Record<keyof typeof judgments.$inferSelect, string | number | null>

function toRow({ command, judgment, at }: NewJudgment, linked: boolean): InsertedRow {
  return {
    id: judgment.id,
    fingerprint: judgment.fingerprint,
    createdAt: at,
    keyId: command.keyId,
    model: judgment.model,
    template: judgment.template,
    verdict: judgment.verdict,
    rating: judgment.rating,
    request: JSON.stringify(linked ? withoutTexts(command.request) : command.request),
    judgment: JSON.stringify(toKept(judgment)),
    expiresAt: command.retentionDays === null ? null : at + command.retentionDays * dayMs,
    evaluationId: command.evaluationId,
    evaluationRow: linked ? command.evaluationRow : null,
  }
}

/** The request of a judgment whose texts a row of an evaluation keeps. */
function withoutTexts({ question, answer, reference, turns, ...request }: JudgmentRequest): JudgmentRequest {
  return request
}

/** Returns whether the judged texts contain the words: those of the request, or of the row of an evaluation. */
const hasText = (words: string) => sql`(
  ${jsonHasWords(sql`${judgments.request}`, textFields, words)}
  or exists (select 1 from evaluation_rows r
    where r.evaluation_id = ${judgments.evaluationId} and r.number = ${judgments.evaluationRow}
      and ${jsonHasWords(sql`r.input`, textFields, words)}))`

const firstJudgment = (time: string) => firstId('jdg', Math.max(0, Date.parse(time)))

/** The statements of every run, prepared once: writing their SQL takes longer than running them. */
function prepareStatements(database: TenantDatabase) {
  return {
    findRated: database
      .select(judgmentColumns)
      .from(judgments)
      .where(
        and(
          eq(judgments.fingerprint, sql.placeholder('fingerprint')),
          eq(judgments.verdict, 'rated'),
          gte(judgments.createdAt, sql.placeholder('since')),
        ),
      )
      // SQLite prepares a statement anew whenever the number of its limit is bound
      .orderBy(sql`${judgments.id} desc limit 1`)
      .prepare(),
    findEvaluation: database
      .select({ id: evaluations.id })
      .from(evaluations)
      .where(eq(evaluations.id, sql.placeholder('id')))
      .prepare(),
    findRows: database
      .select({ evaluationId: evaluationRows.evaluationId, evaluationRow: evaluationRows.number })
      .from(evaluationRows)
      .where(
        and(
          eq(evaluationRows.evaluationId, sql.placeholder('id')),
          sql`${evaluationRows.number} in (select value from json_each(${sql.placeholder('numbers')}))`,
        ),
      )
      .prepare(),
  }
}
