import { createScheduledController, runDurableObjectAlarm } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import gateway from '../../../gateway/index.ts'
import { asOperator, call, eventually, filesMails, origin, outbox, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

filesMails()
beforeEach(() => {
  atNodeTest(async (path) =>
    path === '/v1/models'
      ? Response.json({ data: [{ id: 'judge' }] })
      : toCompletion('비밀스러운 설명. Rating: [[8]]'),
  )
})

async function evaluate(key: string, query: string): Promise<{ status: number; body: { id: string } }> {
  const response = await exports.default.fetch(
    new Request(`${origin}/v1/evaluations?model=judge&name=사내 모델${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ question: '사내 질문', answer: `사내 답변 ${query}` }),
    }),
  )
  return { status: response.status, body: await response.json() }
}

/** Waits for the end, lets the object tell of it, and has the mails sent as the scheduled work does. */
async function ended({ key, tenantId }: { key: string; tenantId: string }, id: string): Promise<void> {
  await eventually(async () => {
    const { body } = await call('GET', `/v1/evaluations/${id}`, { token: key })
    expect(body.status).not.toBe('running')
  })
  await runDurableObjectAlarm(env.TENANTS.getByName(tenantId))
}

/** The scheduled work sends what is queued. */
const sendMails = () => gateway.scheduled(createScheduledController({ cron: '*/5 * * * *' }), env)

const mailsAbout = (id: string) => env.DB.prepare('select * from mails where subject_id = ?').bind(id).all()

describe('a mail about an evaluation that ended', () => {
  it.each([
    ['ko', '[keval] 평가가 끝났습니다', '콘솔에서 보고서를'],
    ['en', '[keval] Your evaluation has ended', 'Read its report in the console'],
  ])(
    'goes to the applicant in the language of the application (%s), with a link and nothing that was judged',
    async (language, subject, text) => {
      const tenant = await tenantWithKey({ language })
      const { status, body } = await evaluate(tenant.key, '&notify=mail')
      expect(status).toBe(201)
      await ended(tenant, body.id)
      expect((await mailsAbout(body.id)).results).toHaveLength(1)
      outbox.length = 0
      await sendMails()
      await vi.waitFor(() => expect(outbox).toHaveLength(1), { timeout: 15_000 })
      expect(outbox[0]).toMatchObject({ to: 'hana@example.com', subject })
      expect(outbox[0]!.text).toContain(text)
      expect(outbox[0]!.text).toContain(`/evaluations/${body.id}`)
      expect(outbox[0]!.text).not.toMatch(/사내|비밀|Rating/)
      // telling again queues nothing again
      await runDurableObjectAlarm(env.TENANTS.getByName(tenant.tenantId))
      expect((await mailsAbout(body.id)).results).toHaveLength(1)
    },
  )

  it('is sent only where it is asked for, and refused where there is no address', async () => {
    const tenant = await tenantWithKey()
    const { body } = await evaluate(tenant.key, '')
    await ended(tenant, body.id)
    expect((await mailsAbout(body.id)).results).toEqual([])
    const demo = await asOperator('PUT', '/admin/v1/demo')
    const refused = await evaluate(demo.body.key, '&notify=mail')
    expect(refused.body).toMatchObject({ errors: [{ field: 'notify', code: 'notify_without_address' }] })
    expect((await evaluate(tenant.key, '&notify=pigeon')).status).toBe(400)
  })
})
