import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { readCredential, writeCredential } from './credential-file.ts'
import { GatewayClient, JoinRefused, type Lease } from './gateway-client.ts'

export interface JoinOptions {
  gateway: string
  /** Null where the credential of an earlier run is enough. */
  token: string | null
  id: string
  /** Address at which the gateway reaches this node; null if the node opens a connection to the gateway. */
  url: string | null
  region: string | null
  credentialFile: string
}

const firstRetryMs = 1_000
const maxRetryMs = 30_000
/** A node that ends does not wait long for a gateway that does not answer. */
const leaveTimeoutMs = 5_000

/** Keeps a node registered with a gateway: joins or returns, renews its lease, and says when it shuts down. */
export class GatewayMembership {
  readonly #options: JoinOptions
  readonly #secret: string
  readonly #client: GatewayClient
  readonly #log: Logger
  readonly #stopped = new AbortController()
  #credential: string | null
  #running: Promise<void> = Promise.resolve()

  constructor(options: JoinOptions, secret: string, log: Logger) {
    this.#options = options
    this.#secret = secret
    this.#client = new GatewayClient(options.gateway)
    this.#log = log
    this.#credential = readCredential(options.credentialFile, options)
  }

  /** The credential that the gateway gave this node; null before it joined. */
  get credential(): string | null {
    return this.#credential
  }

  /**
   * Joins, and renews from then on. A gateway that does not answer is asked again.
   *
   * @throws JoinRefused when the gateway takes neither the credential nor the token
   */
  async start(): Promise<void> {
    const lease = await this.#withRetries(() => this.#enter())
    if (lease !== null) this.#running = this.#renewForever(lease)
  }

  /**
   * Tells the gateway that the node shuts down, and returns for how many milliseconds requests may still arrive. A
   * gateway that does not answer sees the lease end.
   */
  async leave(): Promise<number> {
    this.#stopped.abort()
    await this.#running
    if (this.#credential === null) return 0
    try {
      const signal = AbortSignal.timeout(leaveTimeoutMs)
      return (await this.#renew(this.#credential, true, signal)).serveMs
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'the gateway was not told of the end')
      return 0
    }
  }

  async #enter(): Promise<Lease> {
    const { id, token } = this.#options
    if (this.#credential !== null) {
      try {
        const lease = await this.#renew(this.#credential, false, this.#stopped.signal)
        this.#log.info({ gateway: this.#options.gateway, id }, 'returned to the gateway')
        return lease
      } catch (error) {
        if (!(error instanceof JoinRefused) || token === null) throw error
      }
    }
    if (token === null) throw new JoinRefused('there is no credential of an earlier run, and no join token')
    const { gateway, url, region, credentialFile } = this.#options
    const request = { id, url, region, weight: 1, secret: this.#secret, version }
    const { credential, ...lease } = await this.#client.join(token, request, this.#stopped.signal)
    this.#credential = credential
    writeCredential(credentialFile, { gateway, id, credential })
    this.#log.info({ gateway, id }, 'joined the gateway')
    return lease
  }

  #renew(credential: string, leaving: boolean, signal: AbortSignal): Promise<Lease> {
    const { id, url } = this.#options
    return this.#client.renew(id, credential, { url, secret: this.#secret, version, leaving }, signal)
  }

  async #renewForever(first: Lease): Promise<void> {
    let lease: Lease | null = first
    while (lease !== null) {
      if (!(await this.#wait(lease.renewAfterMs))) return
      try {
        lease = await this.#withRetries(() => this.#enter())
      } catch (error) {
        // the operator removed the node: it still serves callers with its secret, and retries at intervals
        this.#log.error({ reason: (error as Error).message }, 'the gateway refuses this node')
        lease = { renewAfterMs: maxRetryMs, serveMs: 0 }
      }
    }
  }

  /** Null when the node stops first. */
  async #withRetries(work: () => Promise<Lease>): Promise<Lease | null> {
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, maxRetryMs)) {
      try {
        return await work()
      } catch (error) {
        if (error instanceof JoinRefused) throw error
        if (this.#stopped.signal.aborted) return null
        this.#log.warn({ reason: (error as Error).message, retry_ms: waitMs }, 'the gateway does not answer')
      }
      if (!(await this.#wait(waitMs))) return null
    }
  }

  /** Resolves with false when the node stops. */
  #wait(ms: number): Promise<boolean> {
    return sleep(ms, true, { signal: this.#stopped.signal }).catch(() => false)
  }
}

const version: string | null = readVersion()

function readVersion(): string | null {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')).version ?? null
  } catch {
    return null
  }
}
