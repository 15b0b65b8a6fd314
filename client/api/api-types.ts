/** The types of the HTTP API that the client speaks, collected from the schemas; the package ships them expanded. */
import type { z } from 'zod'
import type { AuditQuery } from '../../schema/api/audits.ts'
import type { pairQuery } from '../../schema/api/comparisons.ts'
import type { EvaluationQuery } from '../../schema/api/evaluation-request.ts'
import type {
  RowFilter as RowFilterValues,
  RowPageQuery as RowPageValues,
} from '../../schema/api/evaluation-rows.ts'
import type { judgmentRequestSchema } from '../../schema/api/judgment-request.ts'
import type {
  JudgmentPageQuery as JudgmentPageValues,
  judgmentListSchema,
} from '../../schema/api/judgments.ts'
import type { newShareLink } from '../../schema/api/share-links.ts'
import type { usageQuery, usageSchema } from '../../schema/api/usage.ts'

export type { Audit, AuditComparison, AuditPreview, AuditReport } from '../../schema/api/audits.ts'
export type { Comparison, PairList as ComparedRows } from '../../schema/api/comparisons.ts'
export type { Dataset } from '../../schema/api/datasets.ts'
export type { RenderedFieldError as FieldError } from '../../schema/api/error-body.ts'
export type { ErrorCode } from '../../schema/api/error-codes.ts'
export type { ErrorSource } from '../../schema/api/errors.ts'
export type { EvaluationResult } from '../../schema/api/evaluation-results.ts'
export type {
  EvaluationRow,
  ExportedLabel,
  RowAgreement as Agreement,
  RowList as RowPage,
} from '../../schema/api/evaluation-rows.ts'
export type { EvaluationChange, EvaluationHistory } from '../../schema/api/evaluation-tags.ts'
export type { Evaluation, EvaluationPreview } from '../../schema/api/evaluations.ts'
export type { Judgment, Replay, ShownJudgment as StoredJudgment } from '../../schema/api/judgments.ts'
export type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
export type { Report } from '../../schema/api/reports.ts'
export type { CreatedShareLink as NewShareLink, ShareLink } from '../../schema/api/share-links.ts'
export type { LimitsView as Limits } from '../../schema/api/usage.ts'
export type { ReportLanguage } from '../../schema/report/texts/languages.ts'

/** The body of `POST /v1/judgments` for one judgment. */
export type JudgeRequest = Omit<z.input<typeof judgmentRequestSchema>, 'n' | 'stream'>
/** The query of `POST /v1/evaluations`. */
export type EvaluateOptions = Partial<Omit<EvaluationQuery, 'preview' | 'model' | 'tags'>> & {
  model: string
  /** Tags, separated by commas. */
  tags?: string
}
/** The query of `POST /v1/audits` with a file. */
export type AuditOptions = Partial<Omit<AuditQuery, 'preview' | 'model' | 'probes'>> & {
  /** The judge. */
  model: string
  /** Names of probes, separated by commas. */
  probes?: string
}
/** The query of `GET /v1/evaluations/{id}/rows`, and of one row. */
export type RowPageQuery = Partial<RowPageValues>
export type RowFilter = Partial<RowFilterValues>
/** The query of `GET /v1/evaluations/{id}/comparison/rows`. */
export type ComparedRowsQuery = Partial<z.output<typeof pairQuery>>
export type JudgmentPage = z.output<typeof judgmentListSchema>
export type JudgmentPageQuery = Partial<JudgmentPageValues>
/** The body of `POST /v1/evaluations/{id}/share-links`. */
export type ShareOptions = z.input<typeof newShareLink>
export type Usage = z.output<typeof usageSchema>
export type UsageQuery = Partial<z.output<typeof usageQuery>>
