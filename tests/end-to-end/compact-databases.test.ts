import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { compactDatabases } from '../../scripts/local/compact-databases.ts'
import type { DiskSpace } from '../../scripts/local/disk-space.ts'
import { type RunningGateway, startGateway } from '../built-gateway.ts'
import { type FaultyNode, faultyNode } from '../faults/faulty-node.ts'

/** The space of deleted judgments, on the disk of a gateway that is started again. */

const plenty: DiskSpace = { watermarkBytes: 1, freeBytes: () => 1e12 }
const thresholds = { minBytes: 500_000, minShare: 0.25 }
let node: FaultyNode
let gateway: RunningGateway

beforeAll(async () => {
  node = await faultyNode('judge')
  gateway = await startGateway({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

function databaseBytes(): number {
  const folder = join(gateway.state, 'v3/do/keval-edge-TenantObject')
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size)
  return sizes.reduce((sum, size) => sum + size, 0)
}

const listIds = async () =>
  ((await (await gateway.call('/v1/judgments?limit=100')).json()) as { data: { id: string }[] }).data.map(
    ({ id }) => id,
  )

it('comes free, and what was kept is there', async () => {
  for (let index = 0; index < 60; index++) {
    const answer = `${index} ${crypto.randomUUID().repeat(600)}`
    expect((await gateway.call('/v1/judgments', { model: 'judge', question: '질문', answer })).status).toBe(
      200,
    )
  }
  const [kept, ...deleted] = await listIds()
  for (const id of deleted)
    expect((await gateway.fetch(`/v1/judgments/${id}`, { method: 'DELETE' })).status).toBe(204)
  await gateway.miniflare.dispose()
  const before = databaseBytes()

  // on a disk without room for a copy, and below the thresholds, all stays as it is
  expect(compactDatabases(gateway.state, { watermarkBytes: 1e9, freeBytes: () => 1e9 }, thresholds)).toBe(0)
  expect(compactDatabases(gateway.state, plenty)).toBe(0)
  const reclaimed = compactDatabases(gateway.state, plenty, thresholds)
  expect(reclaimed).toBeGreaterThan(500_000)
  expect(databaseBytes()).toBeLessThan(before - 500_000)
  expect(compactDatabases(gateway.state, plenty, thresholds)).toBe(0)

  await gateway.restart()
  expect(await listIds()).toEqual([kept])
  const again = { model: 'judge', question: '질문', answer: '새 답' }
  expect((await gateway.call('/v1/judgments', again)).status).toBe(200)
})
