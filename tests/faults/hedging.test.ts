import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { json } from '../json.ts'
import { type FaultyNode, faultyNode } from './faulty-node.ts'

/** A slow node is asked first, a fast one is asked as well when the wait is over. */

const model = 'keval-2-9b'
let gateway: RunningGateway
let slow: FaultyNode
let fast: FaultyNode
let serial = 0

beforeAll(async () => {
  slow = await faultyNode(model)
  fast = await faultyNode(model)
  gateway = await startGateway({ NODES: '', NODE_HEDGE: '2000' })
  for (const [id, node, weight] of [
    ['slow', slow, 100],
    ['fast', fast, 0.001],
  ] as const) {
    const made = await gateway.operator('/admin/v1/nodes', { id, url: node.url, weight })
    expect(made.status, await made.text()).toBe(201)
  }
})
afterAll(async () => {
  await gateway.stop()
  await Promise.all([slow.close(), fast.close()])
})
beforeEach(() => {
  for (const node of [slow, fast]) {
    node.behaviour = 'well'
    node.calls.length = 0
    node.cancelled = 0
    node.delayMs = 0
    node.chunkMs = 0
  }
})

const judge = (more: object = {}) =>
  gateway.call('/v1/judgments', { model, question: '수도는?', answer: `서울 ${serial++}`, ...more })
const used = async () => (await json(await gateway.call('/v1/usage'))).data[0]
const storedCount = async () => (await json(await gateway.call('/v1/judgments?limit=100'))).data.length

it('answers with whichever is whole first, cancels the other, and charges and stores once', async () => {
  const first = await json(await judge())
  expect(first.provenance.node).toBe('slow')
  expect(fast.calls).toHaveLength(0)
  const [before, stored] = [await used(), await storedCount()]
  slow.behaviour = 'stalls before headers'
  const response = await judge()
  const judgment = await json(response)
  expect(response.status, JSON.stringify(judgment)).toBe(200)
  expect(judgment).toMatchObject({ verdict: 'rated', provenance: { node: 'fast' } })
  expect([slow.calls.length, fast.calls.length]).toEqual([2, 1])
  expect(slow.calls[1]).toEqual(fast.calls[0])
  await vi.waitFor(() => expect(slow.cancelled).toBe(1), { timeout: 15_000 })
  const after = await used()
  expect(after.requests - before.requests).toBe(1)
  expect(after.prompt_tokens - before.prompt_tokens).toBe(300)
  expect(await storedCount()).toBe(stored + 1)
})

it('waits on for the first when the second fails', async () => {
  slow.delayMs = 5_000
  fast.behaviour = '500'
  const judgment = await json(await judge())
  expect(judgment).toMatchObject({ verdict: 'rated', provenance: { node: 'slow' } })
  expect([slow.calls.length, fast.calls.length]).toEqual([1, 1])
  expect(slow.cancelled).toBe(0)
})

it('never asks a second node for a stream', async () => {
  slow.chunkMs = 500
  const response = await judge({ stream: true })
  expect(await response.text()).toContain('event: done')
  expect([slow.calls.length, fast.calls.length]).toEqual([1, 0])
})
