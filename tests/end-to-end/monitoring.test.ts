import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { unusedPort } from '../unused-port.ts'
import { type Served, serve } from './serve.ts'
import { temporaryState } from './start.ts'

const root = join(import.meta.dirname, '../..')
const state = temporaryState()
let served: Served
let monitoring: string
let key: string

beforeAll(async () => {
  const port = await unusedPort()
  monitoring = `http://127.0.0.1:${port}`
  served = await serve({ KEVAL_STATE: join(state.path, 'state'), METRICS_PORT: String(port) }, ['--demo'])
  key = /kev_test_\S+/.exec(served.output())![0]
  const judge = () =>
    fetch(`${served.gateway}/v1/judgments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'keval-mini',
        question: '광합성이란?',
        answer: '빛으로 양분을 만듭니다.',
      }),
    })
  await vi.waitFor(async () => expect((await judge()).status).toBe(200), { timeout: 60_000, interval: 200 })
  expect((await judge()).status).toBe(200)
  await fetch(`${served.gateway}/v1/judgments`, { headers: { authorization: 'Bearer wrong' } })
})
afterAll(async () => {
  await served.stop()
  state.remove()
})

const read = async (path: string, accept = 'application/json') =>
  (await fetch(`${monitoring}${path}`, { headers: { accept } })).text()

describe('the metrics of a service', () => {
  it('count its judgments, hits and failures, and show disk, memory and nodes', async () => {
    await vi.waitFor(
      async () => {
        const metrics = await read('/metrics')
        expect(metrics).toMatch(/keval_gateway_judgments_total\{source="node",verdict="\w+"\} 1/)
        expect(metrics).toMatch(/keval_gateway_judgments_total\{source="memory",verdict="\w+"\} 1/)
        expect(metrics).toMatch(/keval_gateway_failures_total\{code="malformed_api_key"\} 1/)
        expect(metrics).toMatch(
          /keval_gateway_requests_total\{route="\/v1\/judgments",method="POST",status="200"\} 2/,
        )
        expect(metrics).toMatch(/keval_gateway_tokens_total\{kind="prompt"\} [1-9]/)
        expect(metrics).toMatch(/keval_gateway_node_up\{node=".+"\} 1/)
        for (const name of ['state_bytes', 'disk_free_bytes', 'runtime_resident_bytes'])
          expect(metrics).toMatch(new RegExp(`keval_gateway_${name} [1-9]`))
        expect(metrics).toContain('keval_gateway_restarts_total{process="runtime"} 0')
      },
      { timeout: 20_000, interval: 200 },
    )
  })

  it('show what waits of evaluations until it is judged', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => ({ question: '수도는?', answer: `서울 ${index}` }))
    const response = await fetch(`${served.gateway}/v1/evaluations?model=keval-mini&max_tokens=100`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: rows.map((row) => JSON.stringify(row)).join('\n'),
    })
    expect(response.status).toBe(201)
    const started = await read('/metrics')
    expect(started).toMatch(/keval_gateway_jobs_running 1\n/)
    expect(started).toMatch(/keval_gateway_job_items_pending [1-9]/)
    expect(started).toMatch(/keval_gateway_runs_waiting \d/)
    await vi.waitFor(
      async () => {
        const ended = await read('/metrics')
        expect(ended).toMatch(/keval_gateway_job_items_pending 0\n/)
        expect(ended).toMatch(/keval_gateway_jobs_running 0\n/)
      },
      { timeout: 90_000, interval: 500 },
    )
  })

  it('hold no secret, key or tenant', async () => {
    const { admin, master, node } = JSON.parse(readFileSync(join(state.path, 'state/secrets.json'), 'utf8'))
    const all = (await read('/metrics')) + (await read('/status')) + (await read('/status', 'text/html'))
    for (const secret of [admin, master, node, 'kev_', 'ten_', 'key_']) expect(all).not.toContain(secret)
  })

  it('come with a status for probes and for people', async () => {
    await vi.waitFor(async () => expect(JSON.parse(await read('/status')).status).toBe('ok'), {
      timeout: 20_000,
    })
    expect(JSON.parse(await read('/status'))).toMatchObject({ nodes: { up: 1, down: 0 }, disk: 'ok' })
    expect(await read('/status', 'text/html')).toMatch(/^<!doctype html>.*1 up, 0 down/s)
  })
})

const hasPrometheus = (() => {
  try {
    execFileSync('prometheus', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('prometheus is not installed: deploy/monitoring is not tested')
    return false
  }
})()

it.runIf(hasPrometheus)(
  'Prometheus takes the configuration and the rules, and scrapes the service',
  async () => {
    const folder = join(state.path, 'prometheus')
    mkdirSync(folder)
    const example = (name: string) => readFileSync(join(root, 'deploy/monitoring', name), 'utf8')
    writeFileSync(join(folder, 'alerts.yml'), example('alerts.yml'))
    writeFileSync(join(folder, 'secret'), 'secret')
    writeFileSync(
      join(folder, 'prometheus.yml'),
      example('prometheus.yml')
        .replace('127.0.0.1:9091', new URL(monitoring).host)
        .replace('/etc/prometheus/keval-node-secret', join(folder, 'secret'))
        .replace('scrape_interval: 15s', 'scrape_interval: 1s'),
    )
    const port = await unusedPort()
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    )
    const ended = new Promise((resolve) => prometheus.once('close', resolve))
    try {
      const query = async (path: string) =>
        (await (await fetch(`http://127.0.0.1:${port}/api/v1/${path}`)).json()) as {
          data: {
            result?: { value: [number, string] }[]
            groups?: { rules: { name: string; lastError?: string }[] }[]
          }
        }
      await vi.waitFor(
        async () => {
          const { data } = await query('query?query=sum(keval_gateway_node_up)')
          expect(data.result![0]!.value[1]).toBe('1')
        },
        { timeout: 30_000, interval: 300 },
      )
      const { data } = await query('rules')
      const rules = data.groups!.flatMap((group) => group.rules)
      expect(rules.length).toBeGreaterThanOrEqual(9)
      expect(rules.filter(({ lastError }) => lastError)).toEqual([])
      // every metric of the dashboard and the rules is one that the service has
      const metrics = await read('/metrics')
      const used = [
        ...`${example('grafana-dashboard.json')}${example('alerts.yml')}`.matchAll(/keval_gateway_\w+/g),
      ]
      for (const [name] of used) expect(metrics).toContain(name)
    } finally {
      prometheus.kill('SIGTERM')
      await ended
    }
  },
)
