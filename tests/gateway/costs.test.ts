import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { call, catchMails, eventually, origin, settled, tenantWithKey } from './access/gate.ts'
import { judgeAtNodeTest } from './fake-node.ts'

/** The cost of a judgment on Cloudflare: counts of the billed calls, which docs/DEPLOY.md multiplies by their prices. */

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

/** Counts the statements of a tenant's object, and the rows they read and write, from here on. */
async function countCalls(tenantId: string) {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
  await runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql)
    storage.sql.exec = ((statement: string, ...values: unknown[]) => {
      const cursor = exec(statement, ...values)
      cursors.push(cursor as (typeof cursors)[number])
      return cursor
    }) as typeof exec
  })
  return async () =>
    runInDurableObject(env.TENANTS.getByName(tenantId), () => {
      const sum = (name: 'rowsRead' | 'rowsWritten') =>
        cursors.reduce((total, cursor) => total + cursor[name], 0)
      const counted = { statements: cursors.length, read: sum('rowsRead'), written: sum('rowsWritten') }
      cursors.length = 0
      return counted
    })
}

const judge = (token: string, answer: string) =>
  call('POST', '/v1/judgments', { token, body: { model: 'judge', question: '수도는?', answer } })

it('a miss writes few rows, a repeat from memory none, and a row of an evaluation little more than a miss', async () => {
  const { key, tenantId } = await tenantWithKey()
  // the first call of an object sets it up
  await judge(key, '첫째')
  const count = await countCalls(tenantId)
  for (let i = 0; i < 10; i++) expect((await judge(key, `답변 ${i}`)).status).toBe(200)
  const misses = await count()
  await judge(key, '답변 1')
  await count()
  for (let i = 0; i < 10; i++) await judge(key, '답변 1')
  const repeats = await count()
  const rows = 40
  const body = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ question: '수도는?', answer: `행 ${i}` }),
  ).join('\n')
  const upload = await exports.default.fetch(
    new Request(`${origin}/v1/evaluations?model=judge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body,
    }),
  )
  const { id } = (await upload.json()) as { id: string }
  await eventually(async () =>
    expect((await call('GET', `/v1/evaluations/${id}`, { token: key })).body.status).toBe('completed'),
  )
  const evaluation = await count()
  expect(misses.written / 10).toBeLessThanOrEqual(9)
  expect(misses.read / 10).toBeLessThanOrEqual(5)
  expect(repeats.statements).toBe(0)
  expect(misses.statements / 10).toBeLessThanOrEqual(5)
  // rows that settle together need fewer still
  expect(evaluation.statements / rows).toBeLessThanOrEqual(13)
  expect(evaluation.written / rows).toBeLessThanOrEqual(24)
  expect(evaluation.read / rows).toBeLessThanOrEqual(60)
}, 60_000)
