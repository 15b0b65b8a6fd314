import type { NodeTransport } from './client/node-transport.ts'
import type { NodeTunnelRpc } from './tunnel/node-tunnel-rpc.ts'
import { requestThroughTunnel } from './tunnel/request-through-tunnel.ts'

interface TransportParts {
  NODE_TUNNELS: DurableObjectNamespace<NodeTunnelRpc>
  NODE_NETWORK?: Fetcher
}

/** Reaches a node at its address, or through the connection that it opened itself. */
export const transportByNode =
  ({ NODE_TUNNELS: tunnels, NODE_NETWORK: network }: TransportParts): NodeTransport =>
  (node, request) => {
    if (node.url === null) return requestThroughTunnel(tunnels.getByName(node.id), request)
    const { path, ...rest } = request
    const init = { ...rest, redirect: 'manual' } as const
    return network === undefined ? fetch(node.url + path, init) : network.fetch(node.url + path, init)
  }
