import { and, asc, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { evaluationJudgments, evaluationRows, evaluations } from '../../schema/db/evaluations.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

type Given<T> = T | SQL

export function pendingBetween(id: Given<string>, from: Given<number>, to: Given<number>) {
  return and(
    eq(evaluationJudgments.evaluationId, id),
    gte(evaluationJudgments.position, from),
    lt(evaluationJudgments.position, to),
    // spelled out, not bound: only so does SQLite use the index of what is pending
    sql`${evaluationJudgments.state} = 'pending'`,
  )
}

/** The statements of every judgment, prepared once: writing their SQL takes longer than running them. */
export function prepareStatements(database: TenantDatabase) {
  const { position, turn, repeat, attempts, evaluationId, row: rowNumber, state } = evaluationJudgments
  const { number, id: rowId, model, category, label, input, sample } = evaluationRows
  const given = (name: string) => sql`${sql.placeholder(name)}`
  const pendingHere = pendingBetween(given('id'), given('from'), given('to'))
  const added = (name: 'rated' | 'wrong' | 'failed') => sql`${evaluations[name]} + ${given(name)}`
  return {
    pending: database
      .select({ position, turn, repeat, row: { number, id: rowId, model, category, label, input, sample } })
      .from(evaluationJudgments)
      .innerJoin(
        evaluationRows,
        and(eq(evaluationRows.evaluationId, evaluationId), eq(evaluationRows.number, rowNumber)),
      )
      .where(pendingHere)
      .orderBy(asc(attempts), asc(position))
      .prepare(),
    waiting: database
      .select({ position, bytes: sql<number>`octet_length(${input})` })
      .from(evaluationJudgments)
      .innerJoin(
        evaluationRows,
        and(eq(evaluationRows.evaluationId, evaluationId), eq(evaluationRows.number, rowNumber)),
      )
      .where(pendingHere)
      .orderBy(asc(position))
      .limit(sql.placeholder('limit'))
      .prepare(),
    settle: database
      .update(evaluationJudgments)
      .set({
        state: sql`value ->> 'state'`,
        rating: sql`value ->> 'rating'`,
        expected: sql`value ->> 'expected'`,
        judgmentId: sql`value ->> 'judgmentId'`,
        weights: sql`value -> 'weights'`,
        failure: sql`value -> 'failure'`,
      })
      // the limit has SQLite read the list first, and each judgment by its position
      .from(sql`(select value, value ->> 'position' as place from json_each(${given('lot')}) limit -1)`)
      .where(and(eq(evaluationId, given('id')), eq(position, sql`place`), sql`${state} = 'pending'`))
      .returning({ row: rowNumber, turn, repeat, state })
      .prepare(),
    count: database
      .update(evaluations)
      .set({
        rated: added('rated'),
        wrong: added('wrong'),
        failed: added('failed'),
        progressedAt: given('now'),
        weightsDigest: sql`coalesce(${evaluations.weightsDigest}, ${given('weightsName')})`,
      })
      .where(eq(evaluations.id, given('id')))
      .prepare(),
  }
}
