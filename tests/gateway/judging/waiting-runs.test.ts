import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asOperator, call, catchMails, eventually, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

/** A run that waits for a slot runs only if its key is still valid by then. */

const model = 'keval-2-9b'
/** Calls of the node, and how many of them it has answered; a call is polled, for it belongs to another object. */
const node = { calls: 0, answered: 0 }

beforeEach(() => {
  Object.assign(node, { calls: 0, answered: 0 })
  catchMails()
  atNodeTest(async (path) => {
    if (path === '/v1/models') return Response.json({ data: [{ id: model }] })
    node.calls += 1
    for (const call = node.calls; node.answered < call; ) await scheduler.wait(20)
    return toCompletion('좋습니다.\n\nRating: [[7]]', { model })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const question = '수도는 어디인가요?'
const requests = {
  '/v1/judgments': (answer: string) => ({ model, question, answer }),
  '/v1/chat/completions': (answer: string) => ({ model, messages: [{ role: 'user', content: answer }] }),
}

for (const [path, toBody] of Object.entries(requests)) {
  it(`${path} refuses a run whose key was revoked while it waited, and frees its slot`, async () => {
    const { body: plans } = await asOperator('GET', '/admin/v1/plans')
    const { id: plan, ...research } = plans.data.find(({ id }: { id: string }) => id === 'research')
    await asOperator('PUT', `/admin/v1/plans/${plan}`, { ...research, concurrent: 1 })
    const { key } = await tenantWithKey()
    const second = await call('POST', '/v1/keys', { token: key, body: { name: '둘째' } })
    const first = call('POST', path, { token: key, body: toBody('서울입니다.') })
    await eventually(() => expect(node.calls).toBe(1))
    const waiting = call('POST', path, { token: second.body.key, body: toBody('부산입니다.') })
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect((await call('DELETE', `/v1/keys/${second.body.id}`, { token: key })).status).toBe(200)
    node.answered = 1
    expect((await first).status).toBe(200)
    expect(await waiting).toMatchObject({ status: 401 })
    expect(node.calls).toBe(1)
    const next = call('POST', path, { token: key, body: toBody('인천입니다.') })
    await eventually(() => expect(node.calls).toBe(2))
    node.answered = 2
    expect((await next).status).toBe(200)
  })
}
