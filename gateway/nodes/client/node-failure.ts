import type { ErrorCode, Failure } from '../../../schema/api/errors.ts'

/** Where another try makes sense: on any node a moment later, on another node only, or nowhere. */
export type Retry = 'anywhere' | 'elsewhere' | 'nowhere'

interface Consequences {
  retry: Retry
  /** It counts against the node's health; `alive` for a node that was seen answering right after. */
  fault: boolean | 'alive'
  /** The node asked to be left alone for so long. */
  pauseMs?: number
}

/** Why a call to a node gave nothing, and what follows from it for the pool. */
export class NodeFailure extends Error {
  readonly failure: Failure
  readonly retry: Retry
  readonly fault: boolean | 'alive'
  readonly pauseMs: number

  constructor(failure: Failure, { retry, fault, pauseMs = 0 }: Consequences) {
    super(failure.detail)
    this.name = 'NodeFailure'
    this.failure = failure
    this.retry = retry
    this.fault = fault
    this.pauseMs = pauseMs
  }

  /** The same failure where a second try is out of the question, because a part was shown already. */
  final(): NodeFailure {
    return new NodeFailure(this.failure, { retry: 'nowhere', fault: this.fault, pauseMs: this.pauseMs })
  }
}

/** What the node does is of no use, and asking it again would most likely give the same. */
export const unusable = (detail: string, code: ErrorCode = 'node_failed') =>
  new NodeFailure({ code, detail, source: 'node' }, { retry: 'elsewhere', fault: true })

/** Nobody waits for the answer any more, so the call was given up. Says nothing about the node. */
export class CallAborted extends Error {
  constructor() {
    super('Nobody waits for the answer.')
    this.name = 'CallAborted'
  }
}
