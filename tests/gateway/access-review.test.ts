import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAccess } from '../../gateway/access/access.ts'
import { controlDatabase } from '../../gateway/control-database.ts'
import {
  apply,
  approved,
  asOperator,
  call,
  catchMails,
  eventually,
  linkTo,
  outbox,
  settled,
  tenantWithKey,
  verified,
} from './access/gate.ts'

beforeEach(() => catchMails())
afterEach(async () => {
  await settled()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const decide = (id: string, step: string, body: unknown = {}) =>
  asOperator('POST', `/admin/v1/applications/${id}/${step}`, body)
const rejection = { code: 'purpose', message: '평가 목적이 확인되지 않습니다.' }
const gate = () =>
  createAccess({
    env,
    database: controlDatabase(env.DB),
    destroyData: async () => undefined,
    now: () => Date.now(),
  })

describe('a review', () => {
  it('asks, is answered, and is decided; the applicant sees every step and no reviewer by name', async () => {
    const { id, statusToken } = await verified()
    const status = () => call('GET', `/v1/applications/${id}`, { token: statusToken })
    expect((await decide(id, 'request-info', { question: '어떤 데이터인가요?' })).body.status).toBe(
      'info_requested',
    )
    expect((await status()).body).toMatchObject({
      status: 'info_requested',
      waiting_for: 'applicant',
      question: '어떤 데이터인가요?',
    })
    await eventually(() => expect(outbox.at(-1)!.text).toContain('어떤 데이터인가요?'))

    const answer = { answer: '공개된 80문항입니다.' }
    const answered = await call('PATCH', `/v1/applications/${id}`, { token: statusToken, body: answer })
    expect(answered.body).toMatchObject({ status: 'in_review', question: null })
    const shown = await asOperator('GET', `/admin/v1/applications/${id}`)
    expect(shown.body.messages.map(({ text }: { text: string }) => text)).toEqual([
      '어떤 데이터인가요?',
      '공개된 80문항입니다.',
    ])

    await decide(id, 'reject', rejection)
    const { body, text } = await status()
    expect(body.rejection).toEqual({ ...rejection, may_reapply: true })
    expect(body.history.map(({ event, by }: { event: string; by: string }) => `${event} by ${by}`)).toEqual([
      'verify by applicant',
      'request_info by reviewer',
      'answer by applicant',
      'reject by reviewer',
    ])
    expect(text).not.toContain('admin-secret')
    expect((await asOperator('GET', `/admin/v1/applications/${id}`)).body.history.at(-1).by).toBe(
      'admin-secret',
    )
  })

  it('refuses every step that the state does not allow, and changes nothing by it', async () => {
    const unverified = await apply({ email: 'a@example.com' })
    for (const [step, body] of [
      ['approve', {}],
      ['reject', rejection],
      ['request-info', { question: '?' }],
    ] as const) {
      expect((await decide(unverified.id, step, body)).body.code, step).toBe('conflict')
    }
    const done = await approved({ email: 'b@example.com' })
    for (const [step, body] of [
      ['approve', {}],
      ['reject', rejection],
      ['request-info', { question: '?' }],
    ] as const) {
      expect((await decide(done.id, step, body)).body.code, step).toBe('conflict')
    }
    const late = { token: done.statusToken, body: { reason: 'Later' } }
    expect((await call('PATCH', `/v1/applications/${done.id}`, late)).body.code).toBe('conflict')
    expect(await env.DB.prepare('select count(*) as n from tenants').first('n')).toBe(1)
  })

  it('lets one of two reviewers decide who act at once', async () => {
    const { id } = await verified()
    const answers = await Promise.all([
      decide(id, 'approve'),
      decide(id, 'reject', rejection),
      decide(id, 'approve'),
      decide(id, 'request-info', { question: '?' }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    const winner = answers.find(({ status }) => status === 200)!.body.status
    const shown = await asOperator('GET', `/admin/v1/applications/${id}`)
    expect(shown.body.status).toBe(winner)
    const tenants = await env.DB.prepare('select count(*) as n from tenants').first('n')
    expect(tenants).toBe(winner === 'approved' ? 1 : 0)
    const decisions = await env.DB.prepare(
      "select count(*) as n from audit_log where action in ('application.approve', 'application.reject', 'application.request-info')",
    ).first('n')
    expect(decisions).toBe(1)
  })

  it('lists the longest waiting first, filters, pages, and shows duplicates', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const first = await verified({ email: 'one@example.com' })
    vi.setSystemTime(Date.now() + 60_000)
    const second = await verified({ email: 'ONE@example.com', company: '하나 연구소' })
    vi.setSystemTime(Date.now() + 60_000)
    const page = await asOperator('GET', '/admin/v1/applications?limit=1')
    expect(page.body).toMatchObject({ has_more: true, data: [{ id: first.id, waiting_seconds: 120 }] })
    await asOperator('GET', `/admin/v1/applications/${first.id}`)
    const looked = await asOperator('GET', '/admin/v1/applications?limit=1')
    expect(looked.body.data).toMatchObject([{ id: first.id, status: 'in_review', waiting_seconds: 120 }])
    const next = await asOperator('GET', '/admin/v1/applications?limit=1&offset=1')
    expect(next.body).toMatchObject({
      has_more: false,
      data: [{ id: second.id, duplicates: { same_email: [first.id], same_company: [first.id] } }],
    })
    await decide(first.id, 'reject', rejection)
    expect((await asOperator('GET', '/admin/v1/applications?status=rejected')).body.data).toHaveLength(1)
    expect((await asOperator('GET', '/admin/v1/applications?status=all')).body.data).toHaveLength(2)
    expect((await asOperator('GET', '/admin/v1/applications?status=nonsense')).status).toBe(400)
  })

  it('grants plan, models, scopes and expiry as decided, and no plan that does not exist', async () => {
    const { id } = await verified()
    expect((await decide(id, 'approve', { plan: 'gold' })).body.errors).toMatchObject([{ field: 'plan' }])
    const past = { expires_at: '2020-01-01T00:00:00Z' }
    expect((await decide(id, 'approve', past)).body.errors).toMatchObject([{ field: 'expires_at' }])
    const grant = {
      plan: 'commercial',
      models: ['keval-2-9b'],
      scopes: ['judge', 'manage'],
      expires_at: '2030-01-01T00:00:00.000Z',
    }
    const { body } = await decide(id, 'approve', grant)
    const tenant = await asOperator('GET', `/admin/v1/tenants/${body.tenant_id}`)
    expect(tenant.body).toMatchObject({ ...grant, status: 'active', mode: 'live' })
    const claimed = await call('POST', `/v1/claims/${await linkTo('hana@example.com', 'claim')}`)
    expect(claimed.body).toMatchObject({
      scopes: ['judge', 'manage'],
      expires_at: '2030-01-01T00:00:00.000Z',
    })
  })
})

describe('an applicant', () => {
  it('edits while it is open; a new address has to be verified again, and the old link is dead', async () => {
    const { id, statusToken } = await apply()
    const old = await linkTo('hana@example.com', 'verify')
    const change = (body: unknown) => call('PATCH', `/v1/applications/${id}`, { token: statusToken, body })
    expect((await change({ reason: '더 정확한 이유' })).body.status).toBe('submitted')
    await change({ email: 'new@example.com' })
    expect((await call('POST', `/v1/verifications/${old}`)).body.code).toBe('link_not_valid')
    expect(
      (await call('POST', `/v1/verifications/${await linkTo('new@example.com', 'verify')}`)).status,
    ).toBe(200)
    expect((await change({ email: 'newer@example.com' })).body.status).toBe('submitted')
    expect((await decide(id, 'approve')).body.code).toBe('conflict')

    const data = await call('GET', `/v1/applications/${id}/data`, { token: statusToken })
    expect(data.body.form).toMatchObject({
      email: 'newer@example.com',
      reason: '더 정확한 이유',
      name: '김하나',
    })
    expect((await change({ email: 'no address' })).body.errors).toMatchObject([{ field: 'email' }])
    expect((await change({ answer: 'to nothing' })).body.code).toBe('conflict')
  })

  it('opens nothing with a wrong token, nothing with a wrong id, and cannot tell which it was', async () => {
    const mine = await apply({ email: 'a@example.com' })
    const other = await apply({ email: 'b@example.com' })
    const look = (id: string, token: string) => call('GET', `/v1/applications/${id}`, { token })
    const answers = await Promise.all([
      look(other.id, mine.statusToken),
      look('app_doesnotexist', mine.statusToken),
      look(mine.id, `kst_${'0'.repeat(43)}`),
    ])
    for (const { status, body } of answers) {
      expect(status).toBe(404)
      expect({ ...body, request_id: '' }).toEqual({ ...answers[0]!.body, request_id: '' })
    }
    expect((await call('GET', `/v1/applications/${mine.id}`)).body.code).toBe('status_token_required')
    const stored = await env.DB.prepare('select status_token_hash from applications').all()
    expect(JSON.stringify(stored)).not.toContain(mine.statusToken)
  })

  it('has the verification mail sent again, ten an hour to one mailbox, and never learns of the bound', async () => {
    const { id, statusToken } = await apply()
    await linkTo('hana@example.com', 'verify')
    const again = () => call('POST', `/v1/applications/${id}/verification`, { token: statusToken })
    for (let i = 0; i < 11; i++) expect((await again()).status).toBe(202)
    expect((await apply()).id).toMatch(/^app_/)
    await settled()
    expect(outbox).toHaveLength(10)
    expect((await call('GET', `/v1/applications/${id}`, { token: statusToken })).body.mail).toBe('queued')
    const held = await asOperator('GET', '/admin/v1/applications?status=submitted')
    expect(held.body.data.map(({ mail }: { mail: string }) => mail)).toContain('held')
    const newest = await linkTo('hana@example.com', 'verify')
    expect((await call('POST', `/v1/verifications/${newest}`)).status).toBe(200)
    expect((await again()).body.code).toBe('conflict')
  })

  it('who lost the status token gets a new one by mail; strangers and unknown addresses learn nothing', async () => {
    const { id, statusToken } = await verified()
    const unverified = await apply({ email: 'other@example.com' })
    await settled()
    outbox.length = 0
    const ask = (email: string) => call('POST', '/v1/status-links', { body: { email } })
    const answers = [
      await ask('HANA@example.com'),
      await ask('nobody@example.com'),
      await ask('other@example.com'),
    ]
    expect(new Set(answers.map(({ status, text }) => status + text)).size).toBe(1)
    const link = await linkTo('hana@example.com', 'status')
    expect(outbox.map(({ to }) => to)).toEqual(['hana@example.com'])

    const redeemed = await Promise.all([1, 2, 3].map(() => call('POST', `/v1/status-links/${link}`)))
    expect(redeemed.map(({ status }) => status).sort()).toEqual([201, 404, 404])
    const { status_token: fresh } = redeemed.find(({ status }) => status === 201)!.body
    expect((await call('GET', `/v1/applications/${id}`, { token: fresh })).body.status).toBe('verified')
    expect((await call('GET', `/v1/applications/${id}`, { token: statusToken })).status).toBe(404)
    expect(
      (await call('GET', `/v1/applications/${unverified.id}`, { token: unverified.statusToken })).status,
    ).toBe(200)
  })

  it('cannot use a link twice, another kind of link, or one that is too old', async () => {
    const { claim } = await approved()
    expect((await call('POST', `/v1/verifications/${claim}`)).body.code).toBe('link_not_valid')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 86_400_000 })
    expect((await call('POST', `/v1/claims/${claim}`)).body.code).toBe('link_not_valid')
  })

  it('may withdraw while a reviewer decides: one of the two happens, whole', async () => {
    const { id, statusToken } = await verified()
    const [approval, withdrawal] = await Promise.all([
      decide(id, 'approve'),
      call('DELETE', `/v1/applications/${id}`, { token: statusToken }),
    ])
    expect([approval.status, withdrawal.status].sort()).toEqual([200, 409])
    const tenants = await env.DB.prepare('select count(*) as n from tenants').first('n')
    expect(tenants).toBe(approval.status === 200 ? 1 : 0)
  })
})

describe('mails', () => {
  it('survive a crash between the approval and the sending', async () => {
    const { id } = await verified()
    await settled()
    outbox.length = 0
    // The approval is committed and the isolate dies before anything is sent.
    await gate().reviewing.approve(id, {}, 'admin-secret')
    expect(outbox).toHaveLength(0)
    await gate().mailQueue.sendDue()
    const claim = await linkTo('hana@example.com', 'claim')
    expect((await call('POST', `/v1/claims/${claim}`)).status).toBe(201)
  })

  it('are taken over from a sender that died, and sent by one of two that work at once', async () => {
    const { id } = await verified()
    await settled()
    await gate().reviewing.approve(id, {}, 'admin-secret')
    outbox.length = 0
    await Promise.all([gate().mailQueue.sendDue(), gate().mailQueue.sendDue(), gate().mailQueue.sendDue()])
    expect(outbox).toHaveLength(1)

    await env.DB.prepare("update mails set status = 'sending', due_at = ?")
      .bind(Date.now() + 1000)
      .run()
    await gate().mailQueue.sendDue()
    expect(outbox).toHaveLength(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    await gate().mailQueue.sendDue()
    expect(outbox.length).toBeGreaterThan(1)
  })

  it('are tried again with pauses, then shown as failed, and can be sent again with a fresh link', async () => {
    const { id } = await verified()
    await settled()
    catchMails(6)
    await gate().reviewing.approve(id, {}, 'admin-secret')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    for (let round = 0; round < 8; round++) {
      await gate().mailQueue.sendDue()
      vi.setSystemTime(Date.now() + 13 * 3_600_000)
    }
    expect(outbox).toHaveLength(0)
    const shown = await asOperator('GET', `/admin/v1/applications/${id}`)
    expect(shown.body.mails[0]).toMatchObject({ status: 'failed', attempts: 6, failure: 'not_delivered' })
    const listed = await asOperator('GET', '/admin/v1/applications?status=approved')
    expect(listed.body.data[0].mail).toBe('failed')

    const mail = shown.body.mails[0].id
    expect((await asOperator('POST', `/admin/v1/applications/${id}/mails/${mail}/resend`)).status).toBe(202)
    const claim = await linkTo('hana@example.com', 'claim')
    expect((await call('POST', `/v1/claims/${claim}`)).status).toBe(201)
  })

  it('hold the only copy of a link: the tables have none, and a new mail ends the old link', async () => {
    const { id, claim } = await approved()
    const tables = await env.DB.prepare('select * from one_time_tokens').all()
    expect(JSON.stringify(tables)).not.toContain(claim)
    await settled()
    const { body } = await asOperator('GET', `/admin/v1/applications/${id}`)
    await asOperator('POST', `/admin/v1/applications/${id}/mails/${body.mails[0].id}/resend`)
    await eventually(() => expect(outbox.filter(({ text }) => text.includes('/claim#'))).toHaveLength(2))
    expect((await call('POST', `/v1/claims/${claim}`)).body.code).toBe('link_not_valid')
    expect((await call('POST', `/v1/claims/${await linkTo('hana@example.com', 'claim')}`)).status).toBe(201)
  })
})

describe('the audit log', () => {
  const verification = async () => (await asOperator('GET', '/admin/v1/audit/verification')).body

  it('has every act of an operator, in order, in an intact chain', async () => {
    const { tenantId, id } = await tenantWithKey()
    await asOperator('POST', `/admin/v1/tenants/${tenantId}/suspend`, { reason: 'Test' })
    await asOperator('PUT', '/admin/v1/demo')
    const { data } = (await asOperator('GET', '/admin/v1/audit')).body
    expect(data.map(({ action, subject }: { action: string; subject: string }) => [action, subject])).toEqual(
      [
        ['tenant.demo', 'ten_demo'],
        ['tenant.suspend', tenantId],
        ['application.approve', id],
      ],
    )
    expect(await verification()).toEqual({ intact: true, rows: 3, broken_at: null })
  })

  it('keeps its chain when many write at once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => asOperator('PUT', '/admin/v1/demo')))
    expect(await verification()).toEqual({ intact: true, rows: 6, broken_at: null })
  })

  it('shows an altered row, a removed row and a cut-off end', async () => {
    const alterations = [
      ["update audit_log set actor = 'nobody' where sequence = 2", 2],
      ['delete from audit_log where sequence = 2', 2],
      ['delete from audit_log where sequence = 4', 4],
      ['delete from audit_log', 1],
    ] as const
    for (let i = 0; i < 4; i++) await asOperator('PUT', '/admin/v1/demo')
    const kept = await env.DB.prepare('select * from audit_log').all<Record<string, string>>()
    for (const [alteration, brokenAt] of alterations) {
      await env.DB.prepare(alteration).run()
      expect(await verification(), alteration).toMatchObject({ intact: false, broken_at: brokenAt })
      await env.DB.prepare('delete from audit_log').run()
      for (const row of kept.results) {
        const columns = Object.keys(row)
        const marks = columns.map(() => '?').join()
        const insert = env.DB.prepare(`insert into audit_log (${columns.join()}) values (${marks})`)
        await insert.bind(...Object.values(row)).run()
      }
      expect((await verification()).intact).toBe(true)
    }
  })
})
