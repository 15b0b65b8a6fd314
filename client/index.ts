/** The client of keval-edge for TypeScript: `new Keval({ url, apiKey }).judge({ … })`. */
export type {
  Comparison,
  ErrorCode,
  EvaluateOptions,
  Evaluation,
  EvaluationPreview,
  EvaluationResult,
  FieldError,
  JudgeRequest,
  Judgment,
  LeaderboardEntry,
  Report,
  ReportLanguage,
} from './api/api-types.ts'
export {
  type AnswerFiles,
  type Answers,
  type CompareOptions,
  Keval,
  type KevalOptions,
  type RequestOptions,
  type ServedModel,
} from './api/keval.ts'
export { KevalError, type LocalErrorCode } from './api/keval-error.ts'
