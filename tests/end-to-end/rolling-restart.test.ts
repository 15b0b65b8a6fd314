import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { JoinTokenCreated } from '../../schema/api/node-join.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { makeRows } from '../evaluations/rows.ts'
import { launchNode, type RunningNode } from '../node/server/fixtures.ts'
import { temporaryState } from './start.ts'

/** Nodes are restarted one after the other, as for an upgrade, while an evaluation runs on them. */

const rowCount = 2_000
const names = ['one', 'two', 'three']
const state = temporaryState()
let gateway: EvaluatingGateway
const nodes = new Map<string, RunningNode>()

beforeAll(async () => {
  gateway = await startEvaluating({ NODES: '' })
  const created = await gateway.operator('/admin/v1/node-join-tokens', { max_uses: names.length })
  const { token } = (await created.json()) as JoinTokenCreated
  for (const name of names) nodes.set(name, await launch(name, { KEVAL_JOIN_TOKEN: token }))
  for (const node of nodes.values()) await untilSays(node, 'joined the gateway')
})
afterAll(async () => {
  await Promise.all([...nodes.values()].map((node) => node.stop()))
  await gateway.stop()
  state.remove()
})

function launch(name: string, environment: NodeJS.ProcessEnv = {}, port?: number): Promise<RunningNode> {
  const file = join(state.path, `${name}.json`)
  const options = ['--gateway', gateway.url, '--node-id', name, '--credential-file', file, '--slots', '1']
  return launchNode(port === undefined ? options : [...options, '--port', String(port)], environment)
}

const untilSays = (node: RunningNode, words: string) =>
  vi.waitFor(() => expect(node.output()).toContain(words), { timeout: 120_000, interval: 50 })

const countPending = async (id: string) => {
  const { counts } = await gateway.get<{ counts: { pending: number } }>(`/v1/evaluations/${id}`)
  return counts.pending
}

const begin = () =>
  gateway.begin(
    'model=keval-mini&max_tokens=100',
    makeRows(Array.from({ length: rowCount }, (_, index) => index % 11)),
  )

it('loses no judgment and counts none twice', { timeout: 900_000 }, async () => {
  const evaluations = [await begin()]
  for (const name of names) {
    let id = evaluations.at(-1)!
    let pending = await countPending(id)
    // a fast machine judges all rows before each node had its turn
    if (pending < rowCount / 4) {
      id = await begin()
      evaluations.push(id)
      pending = rowCount
    }
    // each node is in the middle of its work when it is told to end
    await vi.waitFor(async () => expect(await countPending(id)).toBeLessThan(pending - 50), {
      timeout: 120_000,
      interval: 50,
    })
    expect(await countPending(id)).toBeGreaterThan(0)
    const node = nodes.get(name)!
    expect(await node.stop(), node.output().slice(-2_000)).toBe(0)
    const again = await launch(name, {}, node.port)
    nodes.set(name, again)
    await untilSays(again, 'returned to the gateway')
  }
  for (const id of evaluations) {
    const ended = await gateway.ended(id, 600_000)
    expect(ended).toMatchObject({
      status: 'completed',
      rows: rowCount,
      counts: { judgments: rowCount, failed: 0, pending: 0 },
    })
    const results = await gateway.results(id)
    expect(new Set(results.map((row) => row.id)).size).toBe(rowCount)
    expect(results).toHaveLength(rowCount)
  }
  // the tenant pays for every judgment once
  type Usage = { requests: number; failed: number; prompt_tokens: number; completion_tokens: number }
  const { data, today } = await gateway.get<{ data: Usage[]; today: { tokens: number } }>('/v1/usage')
  const sum = (field: keyof Usage) => data.reduce((total, line) => total + line[field], 0)
  expect([sum('requests'), sum('failed')]).toEqual([rowCount * evaluations.length, 0])
  expect(sum('prompt_tokens') + sum('completion_tokens')).toBe(today.tokens)
  // a node that came back gets work again
  expect(nodes.get(names[0]!)!.output()).toContain('"msg":"completed"')
})
