import type { ErrorCode } from '../../../schema/api/error-codes.ts'
import type { Failure } from '../../../schema/api/errors.ts'

/** The nodes that a retry may use: any node after a delay, another node only, or none. */
export type Retry = 'anywhere' | 'elsewhere' | 'nowhere'

interface Consequences {
  retry: Retry
  /** True if it counts against the node's health; `alive` for a node that answered a probe right after. */
  fault: boolean | 'alive'
  /** From the node's Retry-After. */
  pauseMs?: number
}

/** A failed call of a node, with its consequences for the pool. */
export class NodeFailure extends Error {
  readonly failure: Failure
  readonly retry: Retry
  readonly fault: boolean | 'alive'
  readonly pauseMs: number

  constructor(failure: Failure, { retry, fault, pauseMs = 0 }: Consequences) {
    super(failure.reason)
    this.name = 'NodeFailure'
    this.failure = failure
    this.retry = retry
    this.fault = fault
    this.pauseMs = pauseMs
  }

  /** The same failure without a retry: a part of the answer has reached the client. */
  final(): NodeFailure {
    return new NodeFailure(this.failure, { retry: 'nowhere', fault: this.fault, pauseMs: this.pauseMs })
  }
}

/** A malformed answer: the same node would most likely repeat it. */
export const unusable = (why: Pick<Failure, 'reason' | 'params'>, code: ErrorCode = 'node_failed') =>
  new NodeFailure({ code, ...why, source: 'node' }, { retry: 'elsewhere', fault: true })

/** The call was aborted because every client has disconnected. It counts neither for nor against the node. */
export class CallAborted extends Error {
  constructor() {
    super('The client has disconnected.')
    this.name = 'CallAborted'
  }
}
