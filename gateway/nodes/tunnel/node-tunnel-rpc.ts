import type { AnswerHead, RequestHead } from '../../../schema/tunnel/heads.ts'

export type TunnelRequest = RequestHead & { body: Uint8Array }

export type TunnelAnswer =
  | (AnswerHead & { state: 'answered'; body: Uint8Array | ReadableStream<Uint8Array> })
  /** No node is connected, or its connection broke before the answer began. */
  | { state: 'disconnected' }
  /** The node gave the request up before the answer began. */
  | { state: 'dropped' }
  /** Too many requests are in flight. */
  | { state: 'busy' }

/** The calls that the object of a node's tunnel answers. Callers depend on this interface, never on the object. */
export interface NodeTunnelRpc extends Rpc.DurableObjectBranded {
  /** Takes the WebSocket of a node whose credential was checked. */
  fetch(request: Request): Promise<Response>
  /** Sends a request to the node. The caller's id of it is for `cancel`. */
  call(callId: string, request: TunnelRequest): Promise<TunnelAnswer>
  /** Ends a call: the node stops its work, and a body that is being read breaks off. */
  cancel(callId: string): void
  /** When the node connected, in milliseconds; null while it is not connected. */
  connectedSince(): number | null
  /** Closes the connection of a node that was removed. */
  disconnect(): void
}
