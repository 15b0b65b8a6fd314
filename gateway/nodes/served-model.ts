import type { NodeRecord } from './node.ts'

/** A model as its node reports it. */
export interface ReportedModel {
  id: string
  weightsDigest: string | null
  precision: string | null
  provider: string | null
  contextLength: number | null
  notice: string | null
  /** True if it is the small model that ships with the product. */
  isDemo: boolean
  /** True if the node understands the `keval` extensions of the chat API. */
  extensions: boolean
}

/** One model on one node. Digest, precision and provider are null where the node does not report them. */
export interface ServedModel extends ReportedModel {
  node: NodeRecord
  /** Requests running and waiting on the node at its last report. */
  load: number
}
