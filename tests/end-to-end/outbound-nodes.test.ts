import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { JoinTokenCreated } from '../../schema/api/node-join.ts'
import type { NodeView } from '../../schema/api/nodes.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { makeRows } from '../evaluations/rows.ts'
import { launchNode, type RunningNode, untilHealth } from '../node/server/fixtures.ts'
import { temporaryState } from './start.ts'

/** Nodes behind a router: they open a connection to the gateway, which knows no address of theirs. */

const state = temporaryState()
const lines: string[] = []
const secret = 'secret-of-an-outbound-node-000000'
let gateway: EvaluatingGateway

beforeAll(async () => {
  gateway = await startEvaluating({ NODES: '' }, { onLog: ({ message }) => lines.push(message) })
})
afterAll(async () => {
  await gateway.stop()
  state.remove()
})

async function createToken(body: object = {}): Promise<string> {
  const response = await gateway.operator('/admin/v1/node-join-tokens', body)
  return ((await response.json()) as JoinTokenCreated).token
}

async function launch(
  id: string,
  { options = [], connect = 'outbound' }: { options?: string[]; connect?: string } = {},
): Promise<RunningNode> {
  const file = join(state.path, `${id}.json`)
  const joining = ['--gateway', gateway.url, '--node-id', id, '--credential-file', file, '--connect', connect]
  const environment = { KEVAL_JOIN_TOKEN: await createToken(), KEVAL_NODE_SECRET: secret }
  return launchNode([...joining, ...options], environment)
}

async function readNode(id: string): Promise<NodeView | undefined> {
  const { data } = (await (await gateway.operator('/admin/v1/nodes')).json()) as { data: NodeView[] }
  return data.find((node) => node.id === id)
}

const untilServing = (id: string) =>
  vi.waitFor(
    async () => expect(await readNode(id)).toMatchObject({ health: { state: 'up', models: ['keval-mini'] } }),
    { timeout: 60_000, interval: 100 },
  )

let serial = 0
const request = (more: object = {}) => ({
  model: 'keval-mini',
  question: '수도는?',
  answer: `서울 ${serial++}`,
  max_tokens: 100,
  ...more,
})
const judge = (body: object, init?: RequestInit) => gateway.call('/v1/judgments', body, init)

const messages = [{ role: 'user', content: `[Question]\n${'길게 '.repeat(300)}` }]
/** Work for a while: long samples that rarely end by themselves. */
const longChat = { model: 'keval-mini', messages, temperature: 2, n: 8, max_tokens: 500 }
const chat = (body: object, init?: RequestInit) => gateway.call('/v1/chat/completions', body, init)

const untilRunning = (node: RunningNode, isRunning: (running: number) => boolean) =>
  untilHealth(node, ({ running, waiting }) => isRunning(running + waiting))

async function remove(node: RunningNode, id: string): Promise<void> {
  await node.stop('SIGKILL')
  await gateway.operator(`/admin/v1/nodes/${id}`, undefined, 'DELETE')
}

describe('an outbound node', () => {
  let node: RunningNode
  beforeAll(async () => {
    node = await launch('campus-1')
    await untilServing('campus-1')
  })
  afterAll(() => remove(node, 'campus-1'))

  /** The node itself, as the gateway would call it at an address. */
  const askDirectly = (body: object) =>
    fetch(`${node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  it('judges, and its judgments are cached as others are', async () => {
    const body = request()
    const first = await judge(body)
    expect(first.status, await first.clone().text()).toBe(200)
    const judgment = (await first.json()) as { id: string; provenance: { node: string } }
    expect(judgment.provenance.node).toBe('campus-1')
    const repeat = await judge(body)
    expect(repeat.headers.get('cache-status')).toContain('hit')
    expect(((await repeat.json()) as { id: string }).id).toBe(judgment.id)
  })

  it('is shown to the operator with its connection and without an address', async () => {
    expect(await readNode('campus-1')).toMatchObject({
      url: null,
      connection: { kind: 'outbound', since: expect.stringMatching(/^20/) },
      lease: { leaving: false },
    })
  })

  it('streams as it writes', async () => {
    const response = await judge(request({ stream: true }))
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const parts: string[] = []
    for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value)
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.join('')).toMatch(/event: done/)
  })

  it('answers the same bytes as at an address, also beyond what may be under way at once', async () => {
    const body = { ...longChat, seed: 5, max_tokens: 300, logprobs: true, top_logprobs: 20 }
    const [through, direct] = await Promise.all([chat(body), askDirectly(body)])
    const [one, other] = await Promise.all([through.text(), direct.text()])
    expect(one.length, one.slice(0, 400)).toBeGreaterThan(1_000_000)
    expect(JSON.parse(one).choices).toEqual(JSON.parse(other).choices)
  })

  it('refuses a long prompt itself', async () => {
    const response = await chat({
      ...longChat,
      messages: [{ role: 'user', content: '길게 '.repeat(100_000) }],
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      error: { code: 'context_length_exceeded', source: 'node' },
    })
  })

  it('stops when the client disconnects, and the slot is free', async () => {
    const controller = new AbortController()
    const response = await chat({ ...longChat, stream: true }, { signal: controller.signal })
    const reader = response.body!.getReader()
    await reader.read()
    await untilRunning(node, (running) => running > 0)
    controller.abort()
    await untilRunning(node, (running) => running === 0)
    await vi.waitFor(() => expect(node.output()).toContain('the client disconnected'))
  })

  it('connects again after the gateway was killed', async () => {
    await gateway.restart()
    await vi.waitFor(async () => expect((await judge(request())).status).toBe(200), {
      timeout: 60_000,
      interval: 200,
    })
    expect(node.output().match(/connected to the gateway/g)!.length).toBeGreaterThan(1)
  })

  it('leaves no text, credential or secret in the logs of either side', async () => {
    const { credential } = JSON.parse(readFileSync(join(state.path, 'campus-1.json'), 'utf8'))
    const logs = lines.join('\n') + node.output()
    expect(logs).toContain('node_connected')
    for (const hidden of [credential, secret, '수도는', '길게']) expect(logs).not.toContain(hidden)
  })

  it('ends its requests and leaves when it is told to end', async () => {
    const running = judge(request())
    expect(await node.stop()).toBe(0)
    expect((await running).status).toBe(200)
    expect(await readNode('campus-1')).toMatchObject({
      connection: { kind: 'outbound', since: null },
      lease: { leaving: true },
    })
  })
})

describe.each(['outbound', 'direct'])('a node that is killed, connected %s', (connect) => {
  const id = `fragile-${connect}`
  let node: RunningNode
  beforeAll(async () => {
    node = await launch(id, { connect })
    await untilServing(id)
  })
  afterAll(() => remove(node, id))

  it('fails what it was working on with the codes of a broken connection', async () => {
    const stream = await chat({ ...longChat, stream: true })
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader()
    await reader.read()
    const whole = chat(longChat)
    await untilRunning(node, (running) => running > 8)
    await node.stop('SIGKILL')
    let text = ''
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
    expect(text).toContain('"code":"stream_interrupted"')
    expect(text).not.toContain('[DONE]')
    const failed = await whole
    expect(failed.status).toBe(503)
    expect(await failed.json()).toMatchObject({ error: { code: 'no_node_available' } })
  })
})

describe('an outbound node beside one with an address', () => {
  it('takes its part of an evaluation, and what it held when it was killed is judged elsewhere', async () => {
    const rowCount = 400
    const [outbound, direct] = await Promise.all([
      launch('pair-outbound', { options: ['--slots', '1'] }),
      launch('pair-direct', { options: ['--slots', '1'], connect: 'direct' }),
    ])
    await Promise.all(['pair-outbound', 'pair-direct'].map(untilServing))
    const rows = makeRows(Array.from({ length: rowCount }, (_, index) => index % 11))
    const id = await gateway.begin('model=keval-mini&max_tokens=100', rows)
    const countPending = async () =>
      (await gateway.get<{ counts: { pending: number } }>(`/v1/evaluations/${id}`)).counts.pending
    await vi.waitFor(async () => expect(await countPending()).toBeLessThan(rowCount - 100), {
      timeout: 60_000,
      interval: 50,
    })
    await untilRunning(outbound, (running) => running > 0)
    await outbound.stop('SIGKILL')
    expect(await countPending()).toBeGreaterThan(0)
    const ended = await gateway.ended(id, 120_000)
    expect(ended).toMatchObject({
      status: 'completed',
      counts: { judgments: rowCount, failed: 0, pending: 0 },
    })
    expect(new Set((await gateway.results(id)).map((row) => row.id)).size).toBe(rowCount)
    expect(outbound.output()).toContain('"msg":"completed"')
    expect(direct.output()).toContain('"msg":"completed"')
    await Promise.all([remove(outbound, 'pair-outbound'), remove(direct, 'pair-direct')])
  })
})

describe('the connection of a node', () => {
  const connect = (id: string, bearer: string) =>
    fetch(`${gateway.url}/nodes/v1/${id}/connection`, { headers: { authorization: `Bearer ${bearer}` } })

  it('is for the credential of this node alone', async () => {
    const token = await createToken({ max_uses: 3 })
    const join = async (id: string, url: string | null) => {
      const response = await fetch(`${gateway.url}/nodes/v1/join`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id, url, secret }),
      })
      expect(response.status).toBe(201)
      return ((await response.json()) as { credential: string }).credential
    }
    const [own, other, addressed] = [
      await join('own', null),
      await join('other', null),
      await join('addressed', 'http://127.0.0.1:9'),
    ]
    for (const [id, bearer] of [
      ['own', other],
      ['own', token],
      ['own', 'nlc_0'],
      ['unknown', own],
      // the gateway calls its address
      ['addressed', addressed],
    ] as const)
      expect((await connect(id, bearer)).status, id).toBe(401)
    // the right credential, but no WebSocket
    expect((await connect('own', own)).status).toBe(400)
    expect((await connect('own', `${own}?`)).status).toBe(401)
  })

  it('ends when the operator removes the node', async () => {
    const node = await launch('removed')
    await untilServing('removed')
    await gateway.operator('/admin/v1/nodes/removed', undefined, 'DELETE')
    await vi.waitFor(() => expect(node.output()).toContain('"code":4003'), { timeout: 20_000 })
    expect((await judge(request())).status).toBe(503)
    await node.stop('SIGKILL')
  })
})
