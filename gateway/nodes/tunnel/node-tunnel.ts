import { DurableObject } from 'cloudflare:workers'
import { closeCodes, heartbeat, maxFrameBytes } from '../../../schema/tunnel/limits.ts'
import type { NodeTunnelRpc, TunnelAnswer, TunnelRequest } from './node-tunnel-rpc.ts'
import { TunnelSession } from './tunnel-session.ts'

/** A connection that was silent for this long counts as broken, even if it was never closed. */
const maxSilenceMs = 3 * heartbeat.intervalMs

interface Connection {
  id: string
  since: number
}

/**
 * Holds the connection that one node opened, and sends requests through it. The platform answers heartbeats and keeps
 * the connection while the object is not in memory, so that an idle node costs nothing.
 */
export class NodeTunnel extends DurableObject implements NodeTunnelRpc {
  #current: { socket: WebSocket; connection: Connection; session: TunnelSession } | null = null

  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(heartbeat.request, heartbeat.response))
    const open = state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN)
    const newest = open.toSorted((one, other) => readConnection(other).since - readConnection(one).since)[0]
    if (newest !== undefined) this.#use(newest, readConnection(newest))
  }

  /** A newer connection replaces an older one, whose requests fail. */
  override async fetch(request: Request): Promise<Response> {
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket')
      return new Response(null, { status: 426 })
    this.#close(closeCodes.replaced)
    const { 0: client, 1: server } = new WebSocketPair()
    const connection = { id: crypto.randomUUID(), since: Date.now() }
    server.serializeAttachment(connection)
    this.ctx.acceptWebSocket(server)
    this.#use(server, connection)
    this.#log('node_connected')
    return new Response(null, { status: 101, webSocket: client })
  }

  async call(callId: string, request: TunnelRequest): Promise<TunnelAnswer> {
    if (this.#isSilent()) this.#close(closeCodes.silent)
    return this.#current?.session.call(callId, request) ?? { state: 'disconnected' }
  }

  cancel(callId: string): void {
    this.#current?.session.cancel(callId)
  }

  connectedSince(): number | null {
    return this.#isSilent() ? null : (this.#current?.connection.since ?? null)
  }

  disconnect(): void {
    this.#close(closeCodes.removed)
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    if (this.#current === null || !this.#isCurrent(socket)) return
    const isFrame = typeof message !== 'string' && message.byteLength <= maxFrameBytes
    if (!isFrame || !this.#current.session.receive(new Uint8Array(message))) this.#close(closeCodes.protocol)
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    if (this.#isCurrent(socket)) this.#end(code)
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    if (this.#isCurrent(socket)) this.#end(null)
  }

  #use(socket: WebSocket, connection: Connection): void {
    this.#current = { socket, connection, session: new TunnelSession((bytes) => this.#send(socket, bytes)) }
  }

  #send(socket: WebSocket, bytes: Uint8Array): void {
    try {
      socket.send(bytes)
    } catch {
      // it was closed at this moment
      if (this.#isCurrent(socket)) this.#end(null)
    }
  }

  #close(code: number): void {
    const socket = this.#current?.socket
    this.#end(code)
    socket?.close(code)
  }

  #end(code: number | null): void {
    if (this.#current === null) return
    const { session } = this.#current
    this.#log('node_disconnected', { code, in_flight: session.inFlight })
    this.#current = null
    session.end()
  }

  #isCurrent(socket: WebSocket): boolean {
    return this.#current?.connection.id === readConnection(socket).id
  }

  #isSilent(): boolean {
    if (this.#current === null) return false
    const { socket, connection } = this.#current
    const heardAt = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? connection.since
    return Date.now() - heardAt > maxSilenceMs
  }

  #log(event: string, more: object = {}): void {
    const time = new Date().toISOString()
    console.log(JSON.stringify({ level: 'info', event, time, node: this.ctx.id.name, ...more }))
  }
}

const readConnection = (socket: WebSocket) => socket.deserializeAttachment() as Connection
