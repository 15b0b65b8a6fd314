import type { ErrorCode } from '../../schema/api/error-codes.ts'

/** The kinds of jobs that run in the background. */
export type JobKindName = 'evaluation' | 'batch'

/** A chunk of a job in the queue: its pending items from one position up to another. */
export interface Work {
  kind: JobKindName
  jobId: string
  tenantId: string
  /** The key under which it runs. */
  keyId: string
  generation: number
  from: number
  to: number
  /** Retries of the chunk without progress. */
  retries: number
  /** Why it came back. */
  failure?: ErrorCode
}
