/** The types of the HTTP API that the client speaks, collected from the schemas; the package ships them expanded. */
import type { z } from 'zod'
import type { AuditQuery } from '../../schema/api/audits.ts'
import type { EvaluationQuery } from '../../schema/api/evaluation-request.ts'
import type { previewAnswer } from '../../schema/api/evaluations.ts'
import type { judgmentRequestSchema } from '../../schema/api/judgment-request.ts'

export type { Audit, AuditComparison, AuditPreview, AuditReport } from '../../schema/api/audits.ts'
export type { Comparison } from '../../schema/api/comparisons.ts'
export type { RenderedFieldError as FieldError } from '../../schema/api/error-body.ts'
export type { ErrorCode } from '../../schema/api/error-codes.ts'
export type { ErrorSource } from '../../schema/api/errors.ts'
export type { EvaluationResult } from '../../schema/api/evaluation-results.ts'
export type { EvaluationChange, EvaluationHistory } from '../../schema/api/evaluation-tags.ts'
export type { Evaluation } from '../../schema/api/evaluations.ts'
export type { Judgment } from '../../schema/api/judgments.ts'
export type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
export type { Report } from '../../schema/api/reports.ts'
export type { ReportLanguage } from '../../schema/report/texts/languages.ts'

/** The body of `POST /v1/judgments` for one judgment. */
export type JudgeRequest = Omit<z.input<typeof judgmentRequestSchema>, 'n' | 'stream'>
/** The query of `POST /v1/evaluations`. */
export type EvaluateOptions = Partial<Omit<EvaluationQuery, 'preview' | 'model' | 'tags'>> & {
  model: string
  /** Tags, separated by commas. */
  tags?: string
}
export type EvaluationPreview = z.output<typeof previewAnswer>
/** The query of `POST /v1/audits` with a file. */
export type AuditOptions = Partial<Omit<AuditQuery, 'preview' | 'model' | 'probes'>> & {
  /** The judge. */
  model: string
  /** Names of probes, separated by commas. */
  probes?: string
}
