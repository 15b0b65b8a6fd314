/** The client of keval-edge for TypeScript: `new Keval({ url, apiKey }).judge({ … })`. */
export type { Evaluation, EvaluationResult } from '../schema/api/evaluations.ts'
export type { Judgment } from '../schema/api/judgments.ts'
export type { Comparison, LeaderboardEntry, Report } from '../schema/api/reports.ts'
export {
  type Answers,
  type EvaluateOptions,
  type EvaluationPreview,
  type JudgeRequest,
  Keval,
  type KevalOptions,
} from './keval.ts'
export { KevalError } from './keval-error.ts'
