import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

it('audits of different tenants are invisible to each other, also as a baseline', async () => {
  const mine = await tenantWithKey({ email: 'mine@example.com' })
  const theirs = await tenantWithKey({ email: 'theirs@example.com' })
  const begun = await call('POST', '/v1/audits?model=judge&probes=refusal', {
    token: mine.key,
    body: { question: '질문', answer: '답' },
  })
  expect(begun.status, begun.text).toBe(201)
  const { id } = begun.body
  await vi.waitFor(
    async () => {
      const { body } = await call('GET', `/v1/audits/${id}`, { token: mine.key })
      expect(body.status).toBe('completed')
    },
    { timeout: 10_000, interval: 50 },
  )
  expect((await call('GET', `/v1/audits/${id}/report`, { token: mine.key })).status).toBe(200)

  for (const [method, path] of [
    ['GET', `/v1/audits/${id}`],
    ['GET', `/v1/audits/${id}/report`],
    ['GET', `/v1/audits/${id}/compare/${id}`],
    ['POST', `/v1/audits/${id}/cancel`],
    ['POST', `/v1/audits/${id}/resume`],
    ['DELETE', `/v1/audits/${id}`],
  ] as const) {
    expect([path, (await call(method, path, { token: theirs.key })).status]).toEqual([path, 404])
  }
  const again = await call('POST', `/v1/audits?baseline=${id}`, { token: theirs.key })
  expect([again.status, again.body.errors[0].field]).toEqual([400, 'baseline'])
  expect((await call('GET', '/v1/audits', { token: theirs.key })).body.data).toEqual([])
  expect((await call('GET', '/v1/audits', { token: mine.key })).body.data).toHaveLength(1)
})
