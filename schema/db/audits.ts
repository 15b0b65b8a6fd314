import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { AuditFindings, AuditSettings } from '../audit/findings.ts'

/** Audits of judges. The cases of an audit are judged by an evaluation of its own. */
export const audits = sqliteTable(
  'audits',
  {
    id: text('id').primaryKey(),
    evaluationId: text('evaluation_id').notNull(),
    settings: text('settings', { mode: 'json' }).$type<AuditSettings>().notNull(),
    /** Digest of all cases: audits with the same one can be compared. */
    planDigest: text('plan_digest').notNull(),
    /** Findings, and the state of the evaluation that they were computed from. */
    findings: text('findings', { mode: 'json' }).$type<AuditFindings>(),
    findingsState: text('findings_state'),
  },
  (table) => [uniqueIndex('audits_evaluation').on(table.evaluationId)],
)

/** Identity of each row of an audit's evaluation: an unchanged row of the file, or one of its variants. */
export const auditCases = sqliteTable(
  'audit_cases',
  {
    evaluationId: text('evaluation_id').notNull(),
    /** Number of the evaluation's row. */
    number: integer('number').notNull(),
    probe: text('probe').notNull(),
    /** Repeat of the probe, from 0. */
    repeat: integer('repeat').notNull(),
    /** Number of the row in the file, from 1. */
    sourceRow: integer('source_row').notNull(),
    /** Length of the last answer, in UTF-16 code units. */
    answerLength: integer('answer_length').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.evaluationId, table.number] }),
    uniqueIndex('audit_cases_identity').on(table.evaluationId, table.sourceRow, table.probe, table.repeat),
  ],
)
