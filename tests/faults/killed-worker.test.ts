import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { json } from '../json.ts'
import { type FaultyNode, faultyNode } from './faulty-node.ts'

/** The Worker's process is killed while judgments run, and started again on its data. */

const model = 'keval-2-9b'
let gateway: RunningGateway
let node: FaultyNode

beforeAll(async () => {
  node = await faultyNode(model)
  gateway = await startGateway({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

const judge = (answer: string, more: object = {}) =>
  gateway.call('/v1/judgments', { model, question: '수도는?', answer, ...more })
const kept = async () => (await json(await gateway.call('/v1/judgments?limit=100'))).data

it('leaves nothing half stored, keeps what was answered, and holds no room for what died', async () => {
  const before = await json(await judge('끝난 답변'))
  expect(before).toMatchObject({ verdict: 'rated', stored: true })

  node.behaviour = 'stalls mid-answer'
  const dying = ['하나', '둘', '셋'].map((answer) => judge(answer, { stream: answer === '셋' }))
  const ends = Promise.allSettled(dying.map(async (one) => (await one).text()))
  await vi.waitFor(() => expect(node.calls).toHaveLength(4), { timeout: 10_000 })
  const running = await json(await gateway.call('/v1/limits'))
  expect(running.tenant.concurrent.running).toBe(3)

  await gateway.restart()
  await ends
  expect(await kept()).toEqual([expect.objectContaining({ id: before.id, rating: 8 })])
  const { tenant } = await json(await gateway.call('/v1/limits'))
  expect(tenant.concurrent.running).toBe(0)

  node.behaviour = 'well'
  const again = await json(await judge('하나'))
  expect(again).toMatchObject({ verdict: 'rated', stored: true })
  expect((await kept()).map(({ id }: { id: string }) => id).toSorted()).toEqual(
    [before.id, again.id].toSorted(),
  )
}, 60_000)
