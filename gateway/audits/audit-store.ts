import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { AuditExample } from '../../schema/api/audits.ts'
import type { AuditFindings, AuditRun, JudgedCase } from '../../schema/audit/findings.ts'
import { auditCases, audits } from '../../schema/db/audits.ts'
import { datasets, evaluations, type JudgedWeights } from '../../schema/db/evaluations.ts'
import type { RowInput } from '../../schema/evaluation-input/row.ts'
import { parseExplanation } from '../../schema/judge/rating.ts'
import {
  datasetJoin,
  type EvaluationRecord,
  recordColumns as evaluationColumns,
} from '../evaluations/evaluation-store.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

export type NewAudit = Pick<typeof audits.$inferInsert, 'id' | 'evaluationId' | 'settings' | 'planDigest'>
export type NewCase = Omit<typeof auditCases.$inferInsert, 'evaluationId'>

/** An audit with the evaluation that judges its cases. */
export interface AuditRecord {
  audit: Omit<typeof audits.$inferSelect, 'findings'>
  evaluation: EvaluationRecord
}

const { findings: _, ...auditColumns } = getTableColumns(audits)
const recordColumns = { audit: auditColumns, evaluation: evaluationColumns }

/** The audits of a tenant, as stored. */
export class AuditStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  open(audit: NewAudit): void {
    this.#database.insert(audits).values(audit).run()
  }

  append(evaluationId: string, cases: readonly NewCase[]): void {
    this.#database.run(sql`
      insert into audit_cases (evaluation_id, number, probe, repeat, source_row, answer_length)
      select ${evaluationId}, value ->> 'number', value ->> 'probe', value ->> 'repeat', value ->> 'sourceRow',
        value ->> 'answerLength'
      from json_each(${JSON.stringify(cases)})`)
  }

  copyCases(from: string, evaluationId: string): void {
    this.#database.run(sql`
      insert into audit_cases (evaluation_id, number, probe, repeat, source_row, answer_length)
      select ${evaluationId}, number, probe, repeat, source_row, answer_length
      from audit_cases where evaluation_id = ${from}`)
  }

  /** An audit whose cases have all arrived. */
  get(id: string): AuditRecord | null {
    return this.#select(eq(audits.id, id), 1)[0] ?? null
  }

  /** A page, newest first. */
  page(limit: number, after: string | undefined): AuditRecord[] {
    return this.#select(after === undefined ? undefined : lt(audits.id, after), limit)
  }

  #select(which: ReturnType<typeof eq> | undefined, limit: number): AuditRecord[] {
    return this.#database
      .select(recordColumns)
      .from(audits)
      .innerJoin(evaluations, eq(evaluations.id, audits.evaluationId))
      .leftJoin(datasets, datasetJoin)
      .where(and(sql`${evaluations.status} <> 'receiving'`, which))
      .orderBy(desc(audits.id))
      .limit(limit)
      .all()
  }

  /** Deletes the audit whose cases an evaluation judged. */
  removeByEvaluation(evaluationId: string): void {
    this.#database.delete(auditCases).where(eq(auditCases.evaluationId, evaluationId)).run()
    this.#database.delete(audits).where(eq(audits.evaluationId, evaluationId)).run()
  }

  /** Every case with its rating, and the weights that judged most of them. */
  run(evaluationId: string, model: string): AuditRun {
    const cases = this.#database.all<Omit<JudgedCase, 'rowId'> & { sourceRow: number }>(sql`
      select c.source_row as sourceRow, c.probe, c.repeat as "index", c.answer_length as answerLength, j.rating,
        iif(c.probe = 'repeat', d.judgment ->> '$.usage.total_tokens', null) as tokens,
        iif(c.probe = 'repeat', d.judgment ->> '$.rating_probabilities.mean', null) as expected
      from audit_cases c
      join evaluation_judgments j on j.evaluation_id = c.evaluation_id and j.row = c.number
      left join judgments d on c.probe = 'repeat' and d.id = j.judgment_id
      where c.evaluation_id = ${evaluationId}
      order by c.number`)
    const used = this.#database.get<{ weights: string }>(sql`
      select weights from evaluation_judgments where evaluation_id = ${evaluationId} and weights is not null
      group by weights order by count(*) desc limit 1`)
    const [weightsDigest, precision, provider]: JudgedWeights =
      used === undefined ? [null, null, null] : JSON.parse(used.weights)
    return {
      version: { model, weightsDigest, precision, provider },
      cases: cases.map(({ sourceRow, ...one }) => ({ ...one, rowId: String(sourceRow) })),
    }
  }

  findings(id: string, state: string): AuditFindings | null {
    const row = this.#database
      .select({ findings: audits.findings })
      .from(audits)
      .where(and(eq(audits.id, id), eq(audits.findingsState, state)))
      .get()
    return row?.findings ?? null
  }

  keepFindings(id: string, state: string, findings: AuditFindings): void {
    this.#database.update(audits).set({ findings, findingsState: state }).where(eq(audits.id, id)).run()
  }

  /** Rows and their variants side by side, in the order asked for. A deleted judgment leaves its rating. */
  examples(evaluationId: string, wanted: readonly { probe: string; sourceRow: number }[]): AuditExample[] {
    return wanted.flatMap(({ probe, sourceRow }) => {
      const original = this.#judged(evaluationId, 'repeat', sourceRow)
      const variant = this.#judged(evaluationId, probe, sourceRow)
      if (original === undefined || variant === undefined) return []
      const { id, question, ...first } = original
      const { answer, rating, explanation } = variant
      return [{ row_id: id, question, original: first, variant: { answer, rating, explanation } }]
    })
  }

  #judged(evaluationId: string, probe: string, sourceRow: number) {
    const row = this.#database.get<{
      id: string
      input: string
      rating: number | null
      text: string | null
    }>(sql`
      select r.id, r.input, j.rating, d.judgment ->> 'text' as text
      from audit_cases c
      join evaluation_rows r on r.evaluation_id = c.evaluation_id and r.number = c.number
      join evaluation_judgments j on j.evaluation_id = c.evaluation_id and j.row = c.number
      left join judgments d on d.id = j.judgment_id
      where c.evaluation_id = ${evaluationId} and c.source_row = ${sourceRow} and c.probe = ${probe} and c.repeat = 0`)
    if (row === undefined) return undefined
    const last = (JSON.parse(row.input) as RowInput).turns.at(-1)
    return {
      id: row.id,
      question: last?.question ?? '',
      answer: last?.answer ?? '',
      rating: row.rating,
      explanation: row.text === null ? null : parseExplanation(row.text),
    }
  }
}
