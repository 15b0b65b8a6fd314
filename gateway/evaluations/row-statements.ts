import { and, asc, eq, gte, lt, type SQL, sql } from 'drizzle-orm'
import { evaluationJudgments, evaluationRows, evaluations } from '../../schema/db/evaluations.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

export const zeroCounts = { rated: 0, wrong: 0, failed: 0 }

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
  const { position, turn, repeat, attempts, evaluationId, row: rowNumber } = evaluationJudgments
  const { number, id: rowId, model, category, label, input, sample } = evaluationRows
  const given = (name: string) => sql`${sql.placeholder(name)}`
  const pendingHere = pendingBetween(given('id'), given('from'), given('to'))
  const added = (name: keyof typeof zeroCounts) => sql`${evaluations[name]} + ${given(name)}`
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
    isPending: database.select({ position }).from(evaluationJudgments).where(pendingHere).prepare(),
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
        state: given('state'),
        rating: given('rating'),
        expected: given('expected'),
        judgmentId: given('judgmentId'),
        weights: given('weights'),
        failure: given('failure'),
      })
      .where(pendingHere)
      .returning({ row: rowNumber, turn, repeat })
      .prepare(),
    count: database
      .update(evaluations)
      .set({
        rated: added('rated'),
        wrong: added('wrong'),
        failed: added('failed'),
        progressedAt: given('now'),
      })
      .where(eq(evaluations.id, given('id')))
      .prepare(),
  }
}
