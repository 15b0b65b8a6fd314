import { and, asc, desc, eq, getTableColumns, gt, isNull, lt, sql } from 'drizzle-orm'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import type { OverallScore } from '../../schema/api/evaluation-scores.ts'
import type { EvaluationListQuery, HistoryQuery } from '../../schema/api/evaluation-tags.ts'
import type { LeaderboardQuery, ModelScore } from '../../schema/api/leaderboard.ts'
import { datasets, evaluations } from '../../schema/db/evaluations.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

type StoredEvaluation = typeof evaluations.$inferSelect
/** An evaluation with the name and the version of its dataset; the cases of an audit are none. */
export type EvaluationRecord = StoredEvaluation & {
  datasetName: string | null
  datasetVersion: number | null
}

export const recordColumns = {
  ...getTableColumns(evaluations),
  datasetName: datasets.name,
  datasetVersion: datasets.version,
}
/** Joins the dataset of an evaluation. */
export const datasetJoin = eq(datasets.digest, evaluations.dataset)

const { id, keyId, status, generation, judgments, rated, wrong, failed } = evaluations
const { pausedBecause, progressedAt, enqueuedAt, weightsDigest } = evaluations
const storedProgress = { id, keyId, status, generation, judgments, rated, wrong, failed }
const progressColumns = {
  ...storedProgress,
  pausedBecause,
  progressedAt,
  enqueuedAt,
  weightsDigest,
  onWeightsChange: sql<EvaluationOptions['onWeightsChange']>`${evaluations.options} ->> 'onWeightsChange'`,
}

/** The progress columns of an evaluation, read with each of its chunks. */
export type EvaluationProgress = Omit<
  Pick<StoredEvaluation, keyof typeof progressColumns & keyof StoredEvaluation>,
  never
> & {
  onWeightsChange: EvaluationOptions['onWeightsChange']
}

export interface TagUse {
  tag: string
  evaluations: number
}

const dayMs = 86_400_000
const nameOf = sql`lower(${evaluations.options} ->> '$.name')`
/** Below every score. */
const noScore = -1
const scoreOf = sql`coalesce(${evaluations.overallScore} ->> '$.score', ${noScore})`
const hasTag = (column: typeof evaluations.tags | typeof evaluations.baselineFor, tag: string) =>
  sql`exists (select 1 from json_each(${column}) where value = ${tag})`

/** The evaluations of a tenant, as stored. Its counters move with the judgments they count. */
export class EvaluationStore {
  readonly #database: TenantDatabase
  readonly #statements: ReturnType<typeof prepareStatements>

  constructor(database: TenantDatabase) {
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  open(id: string, keyId: string, options: EvaluationOptions, auditId: string | null, now: number): void {
    this.#database
      .insert(evaluations)
      .values({
        id,
        keyId,
        auditId,
        status: 'receiving',
        options,
        createdAt: now,
        progressedAt: now,
        expiresAt: now + options.retentionDays * dayMs,
      })
      .run()
  }

  /** Lets an evaluation start that has arrived whole. */
  start(
    id: string,
    received: Pick<StoredEvaluation, 'preview' | 'fileSha256' | 'dataset' | 'modelDatasets' | 'tags'> & {
      judgments: number
    },
    now: number,
  ): void {
    this.update(id, {
      ...received,
      status: 'running',
      startedAt: now,
      progressedAt: now,
      tallied: true,
    })
  }

  get(id: string): EvaluationRecord | null {
    return this.#statements.get.get({ id }) ?? null
  }

  #select() {
    return selectRecords(this.#database)
  }

  progress(id: string): EvaluationProgress | null {
    return this.#statements.progress.get({ id }) ?? null
  }

  /** A page of what has been received whole. */
  page({ limit, after, search, tag, dataset, sort }: EvaluationListQuery): EvaluationRecord[] {
    const last = after === undefined ? null : this.get(after)
    const place = {
      newest: after === undefined ? undefined : lt(evaluations.id, after),
      oldest: after === undefined ? undefined : gt(evaluations.id, after),
      // ids order equal names, so that a page never begins in the middle of them
      name:
        last === null
          ? undefined
          : sql`(${nameOf}, ${evaluations.id}) > (lower(${last.options.name}), ${last.id})`,
      // those without a score come last, among themselves by id
      score:
        last === null
          ? undefined
          : sql`(${scoreOf}, ${evaluations.id}) < (${last.overallScore?.score ?? noScore}, ${last.id})`,
    }[sort]
    const order = {
      newest: [desc(evaluations.id)],
      oldest: [asc(evaluations.id)],
      name: [asc(nameOf), asc(evaluations.id)],
      score: [desc(scoreOf), desc(evaluations.id)],
    }
    return this.#select()
      .where(
        and(
          sql`${evaluations.status} <> 'receiving'`,
          search === undefined || search === '' ? undefined : sql`instr(${nameOf}, lower(${search})) > 0`,
          tag === undefined ? undefined : hasTag(evaluations.tags, tag),
          dataset === undefined ? undefined : eq(datasets.name, dataset),
          place,
        ),
      )
      .orderBy(...order[sort])
      .limit(limit)
      .all()
  }

  /** The newest completed evaluations of a tag, a dataset or both, oldest first. */
  completedRuns({ tag, dataset, limit }: HistoryQuery): EvaluationRecord[] {
    return this.#select()
      .where(
        and(
          eq(evaluations.status, 'completed'),
          isNull(evaluations.auditId),
          tag === undefined ? undefined : hasTag(evaluations.tags, tag),
          dataset === undefined ? undefined : eq(datasets.name, dataset),
        ),
      )
      .orderBy(desc(evaluations.id))
      .limit(limit)
      .all()
      .reverse()
  }

  /** The tags in use, each with how many evaluations have it. */
  tags(): TagUse[] {
    return this.#database.all<TagUse>(sql`
      select tag.value as tag, count(*) as evaluations from ${evaluations}, json_each(${evaluations.tags}) as tag
      where ${evaluations.status} <> 'receiving'
      group by tag.value order by tag.value limit 500`)
  }

  findBaseline(tag: string): string | null {
    const found = this.#database
      .select({ id })
      .from(evaluations)
      .where(hasTag(evaluations.baselineFor, tag))
      .get()
    return found?.id ?? null
  }

  /** Takes the tag from the evaluation that is its baseline. */
  clearBaseline(tag: string): void {
    const before = this.findBaseline(tag)
    const record = before === null ? null : this.get(before)
    if (record === null) return
    this.update(record.id, { baselineFor: record.baselineFor.filter((one) => one !== tag) })
  }

  running(): EvaluationRecord[] {
    return this.#select().where(eq(evaluations.status, 'running')).all()
  }

  /** Evaluations whose upload is not over. */
  receiving(): string[] {
    const rows = this.#database.select({ id }).from(evaluations).where(eq(status, 'receiving')).all()
    return rows.map((row) => row.id)
  }

  /** Completed evaluations, newest first, for the leaderboard. */
  ranked({ dataset, version }: LeaderboardQuery): EvaluationRecord[] {
    return this.#select()
      .where(
        and(
          eq(evaluations.status, 'completed'),
          isNull(evaluations.auditId),
          dataset === undefined ? undefined : eq(datasets.name, dataset),
          version === undefined ? undefined : eq(datasets.version, version),
        ),
      )
      .orderBy(desc(evaluations.id))
      .limit(1000)
      .all()
  }

  /** The newest completed evaluation of the same file and judge under the other protocol. */
  findOtherProtocol(id: string): EvaluationRecord | null {
    const evaluation = this.get(id)
    if (evaluation?.fileSha256 == null) return null
    const { model, protocol } = evaluation.options
    const other = this.#select()
      .where(
        and(
          eq(evaluations.status, 'completed'),
          isNull(evaluations.auditId),
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

  update(id: string, change: Partial<Omit<StoredEvaluation, 'id'>>): void {
    this.#database.update(evaluations).set(change).where(eq(evaluations.id, id)).run()
  }

  /** Ends an evaluation and keeps its scores. */
  finish(
    id: string,
    status: 'completed' | 'cancelled',
    scores: { overallScore: OverallScore | null; modelScores: ModelScore[] },
    now: number,
  ): void {
    this.update(id, { status, ...scores, pausedBecause: null, finishedAt: now })
  }

  remove(id: string): void {
    this.#database.delete(evaluations).where(eq(evaluations.id, id)).run()
  }

  /** Evaluations whose retention is over, and uploads that stopped moving. */
  expired(now: number, uploadMs: number): string[] {
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

  /** Judgments per second of the last evaluation with this judge. */
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
}

const selectRecords = (database: TenantDatabase) =>
  database.select(recordColumns).from(evaluations).leftJoin(datasets, datasetJoin)

/** The statements of every chunk, prepared once: writing their SQL takes longer than running them. */
function prepareStatements(database: TenantDatabase) {
  const isAsked = eq(evaluations.id, sql.placeholder('id'))
  return {
    get: selectRecords(database).where(isAsked).prepare(),
    progress: database.select(progressColumns).from(evaluations).where(isAsked).prepare(),
  }
}
