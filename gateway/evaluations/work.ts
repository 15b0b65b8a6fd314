import type { Failure } from '../../schema/api/errors.ts'

/** A piece of an evaluation in the queue: the pending judgments from one position up to another. */
export interface EvaluationWork {
  tenantId: string
  /** Under which it runs. */
  keyId: string
  evaluationId: string
  generation: number
  from: number
  to: number
}

/** What the dead-letter queue holds: work that was given up, and why, where that is known. */
export interface GivenUpWork extends EvaluationWork {
  failure?: Pick<Failure, 'code' | 'detail'>
}
