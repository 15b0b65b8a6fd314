import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { call, catchMails, origin, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

/** Makes the writes of a tenant's object fail as on a full disk, until the answer is called. */
async function fillDisk(tenantId: string): Promise<() => Promise<void>> {
  const tenant = env.TENANTS.getByName(tenantId)
  let isFull = true
  await runInDurableObject(tenant, (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql)
    storage.sql.exec = ((statement: string, ...values: unknown[]) => {
      if (isFull && /^\s*insert/i.test(statement)) throw new Error('database or disk is full: SQLITE_FULL')
      return exec(statement, ...values)
    }) as typeof exec
  })
  return async () => {
    isFull = false
  }
}

it('a full disk refuses judgments and uploads as storage_unavailable, and keeps nothing of them', async () => {
  const { key, tenantId } = await tenantWithKey()
  const judge = () =>
    call('POST', '/v1/judgments', { token: key, body: { model: 'judge', question: '질문', answer: '답' } })
  const upload = (path: string, type: string, body: string) =>
    exports.default.fetch(
      new Request(origin + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': type },
        body,
      }),
    )
  const row = JSON.stringify({ question: '질문', answer: '답' })
  const evaluate = () => upload('/v1/evaluations?model=judge', 'application/x-ndjson', row)
  const part = (disposition: string, text: string) =>
    `--x\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${text}\r\n`
  const form = `${part('name="purpose"', 'batch')}${part('name="file"; filename="in"', '{}')}--x--\r\n`
  const file = () => upload('/v1/files', 'multipart/form-data; boundary=x', form)

  await evaluate()
  const free = await fillDisk(tenantId)
  expect(await judge()).toMatchObject({ status: 503, body: { code: 'storage_unavailable' } })
  const refused = await evaluate()
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'storage_unavailable' }])
  const refusedFile = await file()
  expect([refusedFile.status, await refusedFile.json()]).toMatchObject([
    503,
    { error: { code: 'storage_unavailable' } },
  ])

  await free()
  expect((await judge()).status).toBe(200)
  expect([(await evaluate()).status, (await file()).status]).toEqual([201, 200])
  expect((await call('GET', '/v1/evaluations', { token: key })).body.data).toHaveLength(2)
})

it('a full disk fails no row of a running evaluation: it waits', async () => {
  const { key, tenantId } = await tenantWithKey()
  judgeAtNodeTest(async () => {
    await scheduler.wait(300)
    return 'Rating: [[7]]'
  })
  const rows = Array.from({ length: 6 }, (_, id) =>
    JSON.stringify({ id, question: '질문', answer: `답 ${id}` }),
  )
  const response = await exports.default.fetch(
    new Request(`${origin}/v1/evaluations?model=judge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body: rows.join('\n'),
    }),
  )
  const { id } = await response.json<{ id: string }>()
  const free = await fillDisk(tenantId)
  await scheduler.wait(8_000)
  const evaluation = async () => (await call('GET', `/v1/evaluations/${id}`, { token: key })).body
  expect((await evaluation()).counts).toMatchObject({ failed: 0 })
  expect((await evaluation()).status).toBe('running')
  await free()
  await vi.waitFor(
    async () => {
      await runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
        storage.sql.exec('update evaluations set progressed_at = 0, enqueued_at = 0')
      })
      await runDurableObjectAlarm(env.TENANTS.getByName(tenantId))
      expect(await evaluation()).toMatchObject({ status: 'completed', counts: { rated: 6, failed: 0 } })
    },
    { timeout: 20_000, interval: 500 },
  )
}, 60_000)
