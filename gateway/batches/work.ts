/** A piece of a batch in the queue: its pending lines from one position up to another. */
export interface BatchWork {
  tenantId: string
  /** Under which it runs. */
  keyId: string
  batchId: string
  generation: number
  from: number
  to: number
}
