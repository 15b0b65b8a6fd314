import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

/** The pending work as operators see it. */

/** The node answers once this is true; a call is polled, for it belongs to another object. */
const node = { isFree: false }
beforeEach(() => {
  node.isFree = false
  catchMails()
  judgeAtNodeTest(async () => {
    while (!node.isFree) await scheduler.wait(20)
    return 'Rating: [[7]]'
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const readWorkload = async () => (await asOperator('GET', '/admin/v1/workload')).body

it('counts requests that wait for a slot of their plan, until they have one', async () => {
  const { body: plans } = await asOperator('GET', '/admin/v1/plans')
  const { id: plan, ...research } = plans.data.find(({ id }: { id: string }) => id === 'research')
  await asOperator('PUT', `/admin/v1/plans/${plan}`, { ...research, concurrent: 1 })
  const { key } = await tenantWithKey()
  const judge = (answer: string) =>
    call('POST', '/v1/judgments', { token: key, body: { model: 'judge', question: '수도는?', answer } })
  const answers = [judge('서울'), judge('부산'), judge('인천')]
  await vi.waitFor(async () => expect((await readWorkload()).runs_waiting).toBe(2))
  node.isFree = true
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200)
  expect(await readWorkload()).toEqual({
    object: 'workload',
    runs_waiting: 0,
    jobs_running: 0,
    items_pending: 0,
  })
})

it('is for operators alone', async () => {
  const { key } = await tenantWithKey()
  expect((await call('GET', '/admin/v1/workload', { token: key })).status).toBe(401)
})
