import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Evaluation } from '../../../schema/api/evaluations.ts'
import type { Judgment } from '../../../schema/api/judgments.ts'
import { asOperator, call, catchMails, origin, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

/** Changes during an evaluation: the weights of the judge, and the models of the tenant. */

/** The only node: its weights, and what happens before each answer. */
const node = { weights: 'one', atOnce: 0, maxAtOnce: 0, beforeAnswer: async () => {} }

beforeEach(() => {
  catchMails()
  Object.assign(node, { weights: 'one', atOnce: 0, maxAtOnce: 0, beforeAnswer: async () => {} })
  atNodeTest(async (path) => {
    const keval = { weights_digest: node.weights }
    if (path === '/v1/models') return Response.json({ data: [{ id: 'judge', keval }] })
    node.maxAtOnce = Math.max(node.maxAtOnce, ++node.atOnce)
    await node.beforeAnswer()
    node.atOnce--
    return toCompletion(`Rating: [[${node.weights === 'one' ? 8 : 3}]]`, {
      keval: { weights_digest: node.weights },
    })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

async function begin(key: string, rows: number, query = ''): Promise<string> {
  const body = Array.from({ length: rows }, (_, id) =>
    JSON.stringify({ id, question: '질문', answer: `답 ${id}` }),
  ).join('\n')
  const response = await exports.default.fetch(
    new Request(`${origin}/v1/evaluations?model=judge${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body,
    }),
  )
  expect(response.status).toBe(201)
  return (await response.json<{ id: string }>()).id
}

const getEvaluation = async (token: string, id: string) =>
  (await call<Evaluation>('GET', `/v1/evaluations/${id}`, { token })).body

const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 25_000, interval: 100 })

/** Lets the alarm find a job that stands still, however short. */
async function lookAgain(tenantId: string): Promise<void> {
  const tenant = env.TENANTS.getByName(tenantId)
  await runInDurableObject(tenant, (_, { storage }) => {
    storage.sql.exec('update evaluations set progressed_at = 0, enqueued_at = 0')
  })
  await runDurableObjectAlarm(tenant)
}

/** Makes every answer take so long that many rows take longer than a grant is remembered. */
const slowly = () => {
  node.beforeAnswer = () => scheduler.wait(400)
}

describe('an evaluation whose judge gets other weights', () => {
  const changeMidway = async (token: string, id: string) => {
    await eventually(async () => expect((await getEvaluation(token, id)).counts.rated).toBeGreaterThan(4))
    node.weights = 'two'
    node.beforeAnswer = async () => {}
  }
  const listWeights = async (token: string, id: string) => {
    const { body } = await call('GET', `/v1/judgments?evaluation=${id}&limit=100`, { token })
    return new Set(body.data.map((one: Judgment) => `${one.provenance.weights_digest} ${one.rating}`))
  }

  it('pauses, and judges nothing with them until somebody resumes it', async () => {
    const { key, tenantId } = await tenantWithKey()
    slowly()
    const id = await begin(key, 60)
    await changeMidway(key, id)
    await eventually(async () =>
      expect(await getEvaluation(key, id)).toMatchObject({
        status: 'paused',
        paused_because: 'weights_changed',
        weights_digest: 'one',
        on_weights_change: 'pause',
      }),
    )
    expect(await listWeights(key, id)).toEqual(new Set(['one 8']))
    const { counts } = await getEvaluation(key, id)
    expect(counts.rated).toBeGreaterThan(0)
    expect(counts.failed).toBe(0)
    // time alone does not resume it
    await lookAgain(tenantId)
    expect((await getEvaluation(key, id)).status).toBe('paused')

    expect((await call('POST', `/v1/evaluations/${id}/resume`, { token: key })).status).toBe(200)
    await eventually(async () =>
      expect(await getEvaluation(key, id)).toMatchObject({
        status: 'completed',
        paused_because: null,
        weights_digest: 'two',
        counts: { rated: 60 },
      }),
    )
    expect(await listWeights(key, id)).toEqual(new Set(['one 8', 'two 3']))
  }, 60_000)

  it('can be cancelled while it is paused', async () => {
    const { key } = await tenantWithKey()
    slowly()
    const id = await begin(key, 60)
    await changeMidway(key, id)
    await eventually(async () => expect((await getEvaluation(key, id)).status).toBe('paused'))
    const cancelled = await call('POST', `/v1/evaluations/${id}/cancel`, { token: key })
    expect(cancelled.body).toMatchObject({ status: 'cancelled', paused_because: null })
  }, 60_000)

  it('goes on with both where it was begun so', async () => {
    const { key } = await tenantWithKey()
    slowly()
    const id = await begin(key, 60, '&on_weights_change=continue')
    await changeMidway(key, id)
    await eventually(async () =>
      expect(await getEvaluation(key, id)).toMatchObject({ status: 'completed', counts: { rated: 60 } }),
    )
    expect(await listWeights(key, id)).toEqual(new Set(['one 8', 'two 3']))
  }, 60_000)
})

describe('an evaluation whose tenant may use less', () => {
  it.each([
    ['model', 'model_withdrawn', { models: ['another'] }, { models: ['judge'] }],
    ['scope', 'scope_withdrawn', { scopes: ['read'] }, { scopes: ['judge', 'read', 'evaluate', 'manage'] }],
  ])(
    'pauses when its %s is withdrawn, says so, and goes on when it is back',
    async (_, reason, less, more) => {
      const { key, tenantId } = await tenantWithKey()
      slowly()
      const id = await begin(key, 120)
      await eventually(async () => expect((await getEvaluation(key, id)).counts.rated).toBeGreaterThan(0))
      const change = (body: object) => asOperator('PATCH', `/admin/v1/tenants/${tenantId}`, body)
      expect((await change(less)).status).toBe(200)
      await eventually(async () =>
        expect(await getEvaluation(key, id)).toMatchObject({ status: 'running', paused_because: reason }),
      )
      const { counts } = await getEvaluation(key, id)
      expect(counts.pending).toBeGreaterThan(0)
      expect(counts.failed).toBe(0)

      expect((await change(more)).status).toBe(200)
      node.beforeAnswer = async () => {}
      await eventually(async () => {
        await lookAgain(tenantId)
        expect(await getEvaluation(key, id)).toMatchObject({ status: 'completed', paused_because: null })
      })
    },
    60_000,
  )

  it('runs fewer rows at a time from the next chunk on', async () => {
    const { body } = await asOperator('GET', '/admin/v1/plans')
    const { id: plan, ...research } = body.data.find(({ id }: { id: string }) => id === 'research')
    const allow = (concurrent: number) =>
      asOperator('PUT', `/admin/v1/plans/${plan}`, { ...research, concurrent, tokens_per_day: 1e9 })
    await allow(9)
    const { key } = await tenantWithKey()
    slowly()
    const id = await begin(key, 300)
    await eventually(async () => expect(node.maxAtOnce).toBe(8))
    await allow(3)
    await eventually(async () => {
      node.maxAtOnce = node.atOnce
      await scheduler.wait(1000)
      expect(node.maxAtOnce).toBe(2)
    })
    await call('POST', `/v1/evaluations/${id}/cancel`, { token: key })
  }, 60_000)
})

describe('two tenants', () => {
  it('do not wait for each other: a few rows are judged beside a large evaluation', async () => {
    const large = await tenantWithKey()
    const small = await tenantWithKey({ email: 'dul@example.com', company: '둘연구소' })
    node.beforeAnswer = () => scheduler.wait(200)
    const first = await begin(large.key, 400)
    await eventually(async () =>
      expect((await getEvaluation(large.key, first)).counts.rated).toBeGreaterThan(0),
    )
    const before = (await getEvaluation(large.key, first)).counts.rated
    const second = await begin(small.key, 2)
    await eventually(async () => expect((await getEvaluation(small.key, second)).status).toBe('completed'))
    // it took the time of a few rows, not of the chunks that were enqueued before
    expect((await getEvaluation(large.key, first)).counts.rated - before).toBeLessThan(20)
    await call('POST', `/v1/evaluations/${first}/cancel`, { token: large.key })
  }, 60_000)
})
