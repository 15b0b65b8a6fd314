import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import { closeCodes, heartbeat, maxFrameBytes } from '../../../schema/tunnel/limits.ts'
import { type Handle, TunnelRequests } from './tunnel-requests.ts'

interface Parts {
  gateway: string
  id: string
  /** The credential of the node; it may change while it is connected. */
  credential: () => string | null
  handle: Handle
  log: Logger
  /** Between two signs of life. */
  heartbeatMs?: number
}

const handshakeTimeoutMs = 15_000
const closeTimeoutMs = 1_000
const firstRetryMs = 1_000
const maxRetryMs = 30_000
const endOfWork = 1001
/** For a connection that another process of this node took over, or that the gateway refused. */
const noUseToHurry = new Set<number>([closeCodes.replaced, closeCodes.removed, 401, 403, 404])

/** Keeps a WebSocket to the gateway open, through which the gateway sends requests to a node without an address. */
export class GatewayConnection {
  readonly #parts: Parts
  readonly #stopped = new AbortController()
  #socket: WebSocket | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Connects, and again whenever the connection ends. */
  start(): void {
    this.#running = this.#connectForever()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    const socket = this.#socket
    socket?.close(endOfWork)
    const late = setTimeout(() => socket?.terminate(), closeTimeoutMs)
    await this.#running
    clearTimeout(late)
  }

  async #connectForever(): Promise<void> {
    const { log, gateway } = this.#parts
    let waitMs = firstRetryMs
    while (!this.#stopped.signal.aborted) {
      const { wasOpen, code } = await this.#connect()
      if (this.#stopped.signal.aborted) return
      if (wasOpen) waitMs = firstRetryMs
      if (noUseToHurry.has(code)) waitMs = maxRetryMs
      // many nodes lose a gateway that restarts at the same moment
      const retryMs = Math.round(waitMs * (0.5 + Math.random() / 2))
      log.warn({ gateway, code, retry_ms: retryMs }, 'not connected to the gateway')
      await sleep(retryMs, undefined, { signal: this.#stopped.signal }).catch(() => {})
      waitMs = Math.min(waitMs * 2, maxRetryMs)
    }
  }

  /** One connection, until its end. The code is that of the closing, or the HTTP status of a refusal. */
  #connect(): Promise<{ wasOpen: boolean; code: number }> {
    const { gateway, id, credential, handle, log, heartbeatMs = heartbeat.intervalMs } = this.#parts
    const url = `${gateway.replace(/^http/, 'ws')}/nodes/v1/${encodeURIComponent(id)}/connection`
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${credential()}` },
      handshakeTimeout: handshakeTimeoutMs,
      maxPayload: maxFrameBytes,
      perMessageDeflate: false,
    })
    this.#socket = socket
    const requests = new TunnelRequests({ handle, send: (frame) => socket.send(frame), log })
    let wasOpen = false
    let refusedWith: number | null = null
    let beat: NodeJS.Timeout | undefined
    let isHeard = true
    socket.on('open', () => {
      wasOpen = true
      log.info({ gateway, id }, 'connected to the gateway')
      beat = setInterval(() => {
        if (!isHeard) return socket.terminate()
        isHeard = false
        socket.send(heartbeat.request)
      }, heartbeatMs)
    })
    socket.on('message', (data: Buffer, isBinary) => {
      isHeard = true
      if (isBinary && !requests.receive(data)) socket.close(closeCodes.protocol)
    })
    socket.on('unexpected-response', (_, response) => {
      refusedWith = response.statusCode ?? 0
      socket.terminate()
    })
    // the end of the connection follows
    socket.on('error', (error) => log.debug({ name: error.name }, 'connection to the gateway'))
    return new Promise((resolve) =>
      socket.on('close', (code) => {
        clearInterval(beat)
        requests.end()
        resolve({ wasOpen, code: refusedWith ?? code })
      }),
    )
  }
}
