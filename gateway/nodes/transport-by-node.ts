import type { NodeRequest, NodeTransport } from './client/node-transport.ts'
import type { NodeTunnelRpc } from './tunnel/node-tunnel-rpc.ts'
import { requestThroughTunnel } from './tunnel/request-through-tunnel.ts'

/** Reaches a node at its address, or through the connection that it opened itself. */
export const transportByNode =
  (tunnels: DurableObjectNamespace<NodeTunnelRpc>): NodeTransport =>
  (node, request) =>
    node.url === null
      ? requestThroughTunnel(tunnels.getByName(node.id), request)
      : requestAtAddress(node.url, request)

const requestAtAddress = (url: string, { path, ...request }: NodeRequest) =>
  fetch(url + path, { ...request, redirect: 'manual' })
