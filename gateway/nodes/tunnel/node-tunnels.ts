import { logUnexpected } from '../../platform/unexpected.ts'
import type { NodeTunnelRpc } from './node-tunnel-rpc.ts'

/** The connections that nodes opened, by the id of the node. */
export class NodeTunnels {
  readonly #objects: DurableObjectNamespace<NodeTunnelRpc>

  constructor(objects: DurableObjectNamespace<NodeTunnelRpc>) {
    this.#objects = objects
  }

  /** Hands the WebSocket of a node to its object. */
  connect(id: string, request: Request): Promise<Response> {
    return this.#objects.getByName(id).fetch(request)
  }

  /** Since when each of these nodes is connected, in milliseconds; null for one that is not. */
  async connectedSince(ids: readonly string[]): Promise<Map<string, number | null>> {
    return new Map(await Promise.all(ids.map(async (id) => [id, await this.#since(id)] as const)))
  }

  async disconnect(id: string): Promise<void> {
    await this.#objects.getByName(id).disconnect()
  }

  async #since(id: string): Promise<number | null> {
    try {
      return await this.#objects.getByName(id).connectedSince()
    } catch (error) {
      logUnexpected(error, { work: 'node tunnel' })
      return null
    }
  }
}
