import type { NodeRecord } from '../node.ts'

/** A request to a node, however the node is reached. */
export interface NodeRequest {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string
  signal: AbortSignal
}

/** Answers like `fetch`: it rejects where no answer begins, and a body that breaks off rejects its reader. */
export type NodeTransport = (node: NodeRecord, request: NodeRequest) => Promise<Response>
