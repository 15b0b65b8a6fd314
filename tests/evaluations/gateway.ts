import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { expect, vi } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import { buildGateway, serveGateway } from '../../scripts/local/gateway.ts'

const adminSecret = 'admin-secret-of-the-tests-000000000000'

/** A gateway for evaluations: the built Worker on workerd, with queues, that can be restarted on its data. */
export class EvaluatingGateway {
  url = ''
  key = ''
  #miniflare: Miniflare | undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'keval-edge-evaluations-'))
  readonly #nodes: string
  readonly #settings: Record<string, string>

  constructor(nodes: string, settings: Record<string, string> = {}) {
    this.#nodes = nodes
    this.#settings = settings
  }

  async start(): Promise<void> {
    await buildGateway(this.#bundle)
    await this.#serve()
  }

  /** Ends the Worker in the middle of what it does, and starts it anew. */
  async restart(): Promise<void> {
    await this.#miniflare?.dispose()
    await this.#serve()
  }

  async stop(): Promise<void> {
    await this.#miniflare?.dispose()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async get<T>(path: string): Promise<T> {
    const response = await this.fetch(path)
    expect(response.status, path).toBe(200)
    return (await response.json()) as T
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${this.key}`)
    return fetch(this.url + path, { ...init, headers })
  }

  upload(query: string, rows: readonly unknown[] | string): Promise<Response> {
    const body = typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n')
    const headers = { 'content-type': 'application/x-ndjson' }
    return this.fetch(`/v1/evaluations?${query}`, { method: 'POST', body, headers })
  }

  /** Starts an evaluation and answers its id. */
  async begin(query: string, rows: readonly unknown[] | string): Promise<string> {
    const response = await this.upload(query, rows)
    const text = await response.text()
    expect(response.status, text).toBe(201)
    return JSON.parse(text).id
  }

  /** Waits until an evaluation has ended, and answers it. */
  async ended(id: string, timeout = 40_000): Promise<Evaluation> {
    return vi.waitFor(
      async () => {
        const evaluation = await this.get<Evaluation>(`/v1/evaluations/${id}`)
        expect(evaluation.status).not.toBe('running')
        return evaluation
      },
      { timeout, interval: 100 },
    )
  }

  async results(id: string): Promise<Record<string, unknown>[]> {
    const text = await (await this.fetch(`/v1/evaluations/${id}/results`)).text()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }

  get #state(): string {
    return join(this.#folder, 'state')
  }

  get #bundle(): string {
    return join(this.#folder, 'bundle')
  }

  async #serve(): Promise<void> {
    this.#miniflare = await serveGateway({
      port: 0,
      state: this.#state,
      bundle: this.#bundle,
      bindings: {
        NODES: this.#nodes,
        ADMIN_SECRET: adminSecret,
        MASTER_SECRET: 'bWFzdGVyLXNlY3JldC1vZi10aGUtdGVzdHMtMDAwMDA=',
        ...this.#settings,
      },
    })
    this.url = (await this.#miniflare.ready).origin
    const response = await fetch(`${this.url}/admin/v1/demo`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminSecret}` },
    })
    this.key = ((await response.json()) as { key: string }).key
  }
}
