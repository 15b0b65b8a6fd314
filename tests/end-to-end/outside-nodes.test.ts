import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type ReplayingNode, replayingNode } from '../fixtures/replaying-node.ts'
import { type Started, start, temporaryState } from './start.ts'

const state = temporaryState()
const text = '답변은 정확하지만 설명이 짧습니다. 예를 들어 nums[0]을 언급하지 않습니다.\n\nRating: [[8.5]]'
let node: ReplayingNode
let started: Started

beforeAll(async () => {
  node = await replayingNode('keval-2-9b', () => text)
  started = await start({ KEVAL_STATE: state.path, KEVAL_NODES: node.url })
})
afterAll(async () => {
  await started.stop()
  state.remove()
})
afterEach(() => {
  node.requests.length = 0
})

const judge = (body: Record<string, unknown>) =>
  fetch(`${started.gateway}/v1/judgments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'keval-2-9b', ...body }),
  })

it('judges with an outside OpenAI-compatible server, and repeats without it', async () => {
  const request = { question: '배열의 최댓값을 구하세요.', answer: 'max(nums)' }
  const first = await (await judge(request)).json()
  expect(first).toMatchObject({ rating: 8.5, verdict: 'rated', text })
  expect(node.requests).toHaveLength(1)
  expect(node.requests[0]).toMatchObject({ model: 'keval-2-9b', temperature: 0.7 })
  expect(await (await judge(request)).json()).toEqual(first)
  expect(node.requests).toHaveLength(1)
})

it('says so when the node is down, stores nothing, and still answers what is cached', async () => {
  const known = { question: '배열의 최솟값을 구하세요.', answer: 'min(nums)' }
  const cached = await (await judge(known)).json()
  await node.close()
  const response = await judge({ question: '새 질문', answer: '새 답' })
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ code: 'no_node_available' })
  expect(await (await judge(known)).json()).toEqual(cached)
  const listed = await fetch(`${started.gateway}/v1/judgments`, {
    headers: { authorization: `Bearer ${started.key}` },
  })
  expect(((await listed.json()) as { data: unknown[] }).data).toHaveLength(2)
})
