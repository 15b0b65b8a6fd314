/** The client of keval-edge for TypeScript: `new Keval({ url, apiKey }).judge({ … })`. */
export type {
  Audit,
  AuditComparison,
  AuditOptions,
  AuditPreview,
  AuditReport,
  Comparison,
  ErrorCode,
  EvaluateOptions,
  Evaluation,
  EvaluationChange,
  EvaluationHistory,
  EvaluationPreview,
  EvaluationResult,
  FieldError,
  JudgeRequest,
  Judgment,
  LeaderboardEntry,
  Report,
  ReportLanguage,
} from './api/api-types.ts'
export type { Audits } from './api/audits.ts'
export {
  type CompareOptions,
  Keval,
  type KevalOptions,
  type ListOptions,
  type RequestOptions,
  type ServedModel,
} from './api/keval.ts'
export { KevalError, type LocalErrorCode } from './api/keval-error.ts'
export type { AnswerFiles, Answers } from './api/upload.ts'
