/** The client of keval-edge for TypeScript: `new Keval({ url, apiKey }).judge({ … })`. */
export type {
  Agreement,
  Audit,
  AuditComparison,
  AuditOptions,
  AuditPreview,
  AuditReport,
  ComparedRows,
  ComparedRowsQuery,
  Comparison,
  Dataset,
  ErrorCode,
  EvaluateOptions,
  Evaluation,
  EvaluationChange,
  EvaluationHistory,
  EvaluationPreview,
  EvaluationResult,
  EvaluationRow,
  ExportedLabel,
  FieldError,
  JudgeRequest,
  Judgment,
  JudgmentPage,
  JudgmentPageQuery,
  LeaderboardEntry,
  Limits,
  NewShareLink,
  Replay,
  Report,
  ReportLanguage,
  RowFilter,
  RowPage,
  RowPageQuery,
  ShareLink,
  ShareOptions,
  StoredJudgment,
  Usage,
  UsageQuery,
} from './api/api-types.ts'
export type { Audits } from './api/audits.ts'
export type { Datasets } from './api/datasets.ts'
export type { Judgments } from './api/judgments.ts'
export {
  type CompareOptions,
  type HistoryOptions,
  Keval,
  type KevalOptions,
  type LeaderboardOptions,
  type ListOptions,
  type ServedModel,
} from './api/keval.ts'
export { KevalError, type LocalErrorCode } from './api/keval-error.ts'
export type { RequestOptions } from './api/request-options.ts'
export type { EvaluationRows } from './api/rows.ts'
export type { ShareLinks } from './api/share-links.ts'
export type { AnswerFiles, Answers } from './api/upload.ts'
