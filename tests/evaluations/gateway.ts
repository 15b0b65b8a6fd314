import { expect, vi } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import type { Report } from '../../schema/api/reports.ts'
import { type RunningGateway, startGateway } from '../built-gateway.ts'

export interface EvaluatingGateway extends RunningGateway {
  get<T>(path: string): Promise<T>
  upload(query: string, rows: readonly unknown[] | string): Promise<Response>
  /** Starts an evaluation and answers its id. */
  begin(query: string, rows: readonly unknown[] | string): Promise<string>
  /** Waits until an evaluation has ended, and answers it. */
  ended(id: string, timeout?: number): Promise<Evaluation>
  results(id: string): Promise<Record<string, unknown>[]>
  report(id: string): Promise<Report>
}

/** A gateway, and what tests of evaluations do with it. */
export async function startEvaluating(
  bindings: Record<string, string>,
  options: Parameters<typeof startGateway>[1] = {},
): Promise<EvaluatingGateway> {
  const gateway = await startGateway(bindings, options)

  async function get<T>(path: string): Promise<T> {
    const response = await gateway.fetch(path)
    expect(response.status, path).toBe(200)
    return (await response.json()) as T
  }

  function upload(query: string, rows: readonly unknown[] | string): Promise<Response> {
    const body = typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n')
    const headers = { 'content-type': 'application/x-ndjson' }
    return gateway.fetch(`/v1/evaluations?${query}`, { method: 'POST', body, headers })
  }

  async function begin(query: string, rows: readonly unknown[] | string): Promise<string> {
    const response = await upload(query, rows)
    const text = await response.text()
    expect(response.status, text).toBe(201)
    return JSON.parse(text).id
  }

  const ended = (id: string, timeout = 40_000) =>
    vi.waitFor(
      async () => {
        const evaluation = await get<Evaluation>(`/v1/evaluations/${id}`)
        expect(evaluation.status).not.toBe('running')
        return evaluation
      },
      { timeout, interval: 100 },
    )

  async function results(id: string): Promise<Record<string, unknown>[]> {
    const text = await (await gateway.fetch(`/v1/evaluations/${id}/results`)).text()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  }

  const report = (id: string) => get<Report>(`/v1/evaluations/${id}/report`)

  return Object.assign(gateway, { get, upload, begin, ended, results, report })
}
