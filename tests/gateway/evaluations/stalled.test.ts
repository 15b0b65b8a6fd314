import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { en } from '../../../gateway/console/texts/en.ts'
import { ko } from '../../../gateway/console/texts/ko.ts'
import type { Evaluation } from '../../../schema/api/evaluations.ts'
import { asOperator, call, catchMails, eventually, origin, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

/** The only node: what it serves, and how many judgments it will give. */
const node = { models: ['judge'], left: Infinity }

beforeEach(() => {
  catchMails()
  Object.assign(node, { models: ['judge'], left: Infinity })
  atNodeTest((path) => {
    if (path === '/v1/models') return Response.json({ data: node.models.map((id) => ({ id })) })
    return node.left-- > 0 ? toCompletion('Rating: [[7]]') : new Response('{}', { status: 503 })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

async function begin(key: string): Promise<string> {
  const rows = [1, 2, 3].map((id) => JSON.stringify({ id, question: '질문', answer: `답 ${id}` }))
  const headers = { authorization: `Bearer ${key}` }
  const request = { method: 'POST', headers, body: rows.join('\n') }
  const upload = await exports.default.fetch(new Request(`${origin}/v1/evaluations?model=judge`, request))
  return (await upload.json<{ id: string }>()).id
}

/** Opens pages as a tenant who has signed in with the key. */
async function signIn(key: string): Promise<(path: string) => Promise<string>> {
  const headers = { 'sec-fetch-site': 'same-origin' }
  const body = new URLSearchParams({ credential: key })
  const request = new Request(`${origin}/sign-in`, { method: 'POST', headers, body, redirect: 'manual' })
  const cookie = (await exports.default.fetch(request)).headers.get('set-cookie')!.split(';')[0]!
  return async (path) =>
    (await exports.default.fetch(new Request(origin + path, { headers: { cookie } }))).text()
}

/** The gateway asks its nodes at once when the operator changes one. */
const nodesAreAskedAgain = () =>
  asOperator('POST', '/admin/v1/nodes', { id: 'spare', url: 'http://node.test/spare' })

it('an evaluation that waits for its node says so, and no more once the node judges', async () => {
  const { key, tenantId } = await tenantWithKey()
  const tenant = env.TENANTS.getByName(tenantId)
  const page = await signIn(key)
  node.left = 0
  const id = await begin(key)
  const shown = async (language: 'ko' | 'en' = 'ko') => {
    const { noNode, stalled } = (language === 'ko' ? ko : en).evaluations.run
    const html = await page(`/evaluations/${id}?lang=${language}`)
    const notice = /<div id="delay" role="status">(?:<p [^>]*>([^<]*)<\/p>)?<\/div>/.exec(html)!
    return { [noNode]: 'no node', [stalled]: 'stalled' }[notice[1] ?? ''] ?? notice[1]
  }
  const evaluation = async () => (await call<Evaluation>('GET', `/v1/evaluations/${id}`, { token: key })).body
  await eventually(async () => expect((await evaluation()).status).toBe('running'))
  expect(await shown()).toBeUndefined()

  await runInDurableObject(tenant, (_, { storage }) => {
    storage.sql.exec('update evaluations set progressed_at = progressed_at - 61000')
  })
  expect(await shown()).toBe('stalled')
  expect(await shown('en')).toBe('stalled')

  node.models = []
  await nodesAreAskedAgain()
  expect(await shown()).toBe('no node')
  expect(await shown('en')).toBe('no node')
  expect((await evaluation()).counts).toMatchObject({ pending: 3, failed: 0 })

  Object.assign(node, { models: ['judge'], left: Infinity })
  await asOperator('DELETE', '/admin/v1/nodes/spare')
  await vi.waitFor(
    async () => {
      await runInDurableObject(tenant, (_, { storage }) => {
        storage.sql.exec('update evaluations set progressed_at = 0, enqueued_at = 0')
      })
      await runDurableObjectAlarm(tenant)
      expect(await evaluation()).toMatchObject({ status: 'completed', counts: { rated: 3 } })
    },
    { timeout: 25_000, interval: 500 },
  )
  expect(await shown()).toBeUndefined()
}, 60_000)

it('one that stands still half way says so on a page that is opened only then', async () => {
  const { key, tenantId } = await tenantWithKey()
  const tenant = env.TENANTS.getByName(tenantId)
  const page = await signIn(key)
  node.left = 1
  const id = await begin(key)
  const evaluation = async () => (await call<Evaluation>('GET', `/v1/evaluations/${id}`, { token: key })).body
  await eventually(async () => expect((await evaluation()).counts).toMatchObject({ rated: 1, pending: 2 }))
  const html = () => page(`/evaluations/${id}`)
  const notice = `<div id="delay" role="status"><p class="notice careful">${ko.evaluations.run.stalled}`
  expect(await html()).not.toContain(notice)

  await runInDurableObject(tenant, (_, { storage }) => {
    storage.sql.exec('update evaluations set progressed_at = progressed_at - 61000')
  })
  // handing the rest out again is no progress
  await runDurableObjectAlarm(tenant)
  expect(await html()).toContain(notice)
  const still = /data-still="(\d+)"/.exec(await html())?.[1]
  expect(Number(still)).toBeGreaterThan(60_000)
}, 60_000)

it('one that stands still is sent again also while the control database is away', async () => {
  const { key, tenantId } = await tenantWithKey()
  const tenant = env.TENANTS.getByName(tenantId)
  node.left = 1 // a judgment that the alarm would report to the control database
  const id = await begin(key)
  const evaluation = async () => (await call<Evaluation>('GET', `/v1/evaluations/${id}`, { token: key })).body
  await eventually(async () => expect((await evaluation()).counts).toMatchObject({ rated: 1, pending: 2 }))
  const sent = () =>
    runInDurableObject(tenant, (_, { storage }) =>
      storage.sql.exec('select generation from evaluations').one(),
    )
  const before = await sent()
  await runInDurableObject(tenant, (_, { storage }) => {
    storage.sql.exec('update evaluations set progressed_at = progressed_at - 7200000, enqueued_at = null')
  })
  await env.DB.exec('alter table usage_rollups rename to usage_rollups_away')
  try {
    await eventually(async () => {
      await runDurableObjectAlarm(tenant).catch(() => {})
      expect(await sent()).not.toEqual(before)
    })
  } finally {
    await env.DB.exec('alter table usage_rollups_away rename to usage_rollups')
  }
}, 60_000)
