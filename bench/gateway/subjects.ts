import type { Subject } from './measured-server.ts'
import type { Server } from './servers.ts'

const plain = { keys: ['none'], extraHeaders: {}, shape: 'judgment' as const, kind: 'hit' as const }

/** Requests to the floor, which does what the path says (floor-worker.ts). */
export const toFloor = (floor: Server, path: string, shape: Subject['shape'] = 'judgment'): Subject => ({
  ...plain,
  server: floor,
  url: `${floor.url}/${path}`,
  shape,
})

/** Requests to the gateway: a repeat, a miss and a chat. */
export function toGateway(gateway: Server & { keys: string[] }) {
  const repeat: Subject = {
    ...plain,
    server: gateway,
    keys: gateway.keys,
    url: `${gateway.url}/v1/judgments`,
  }
  return {
    repeat,
    miss: { ...repeat, kind: 'miss' } satisfies Subject,
    chat: {
      ...repeat,
      url: `${gateway.url}/v1/chat/completions`,
      shape: 'chat',
      kind: 'miss',
    } satisfies Subject,
  }
}

/** Chat requests to the node, or to a peer in front of it. */
export const toChat = (
  server: Server,
  kind: Subject['kind'],
  extraHeaders: Record<string, string> = {},
): Subject => ({
  ...plain,
  server,
  url: `${server.url}/v1/chat/completions`,
  shape: 'chat',
  kind,
  extraHeaders,
})
