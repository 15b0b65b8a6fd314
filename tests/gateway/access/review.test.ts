import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import {
  apply,
  approved,
  asOperator,
  call,
  decide,
  eventually,
  filesMails,
  linkTo,
  outbox,
  readRevision,
  tenantWithKey,
  verified,
} from './gate.ts'

filesMails()

const rejection = { code: 'purpose', message: '평가 목적이 확인되지 않습니다.' }

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
    const revision = await readRevision(id)
    const answers = await Promise.all([
      decide(id, 'approve', { revision }),
      decide(id, 'reject', { revision, ...rejection }),
      decide(id, 'approve', { revision }),
      decide(id, 'request-info', { revision, question: '?' }),
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

  it('refuses a decision about a text that was changed after it was shown, and takes one about the new text', async () => {
    const { id, statusToken } = await verified()
    const shown = (await asOperator('GET', `/admin/v1/applications/${id}`)).body
    expect(shown).toMatchObject({ status: 'in_review', default_plan: 'research' })
    const edit = { token: statusToken, body: { purpose: 'commercial', reason: 'Another text.' } }
    expect((await call('PATCH', `/v1/applications/${id}`, edit)).status).toBe(200)
    const { revision } = shown
    for (const [step, body] of [
      ['approve', { revision }],
      ['reject', { revision, ...rejection }],
      ['request-info', { revision, question: '?' }],
    ] as const) {
      const stale = await decide(id, step, body)
      expect([stale.status, stale.body.code], step).toEqual([409, 'conflict'])
      expect(stale.body.detail).toContain(`${revision}`)
    }
    const again = (await asOperator('GET', `/admin/v1/applications/${id}`)).body
    expect(again).toMatchObject({ status: 'in_review', default_plan: 'commercial' })
    const approval = await decide(id, 'approve', { revision: again.revision })
    const tenant = await asOperator('GET', `/admin/v1/tenants/${approval.body.tenant_id}`)
    expect(tenant.body.plan).toBe('commercial')
  })

  it('refuses a decision that does not say what was shown', async () => {
    const { id } = await verified()
    for (const [step, body] of [
      ['approve', { plan: 'research' }],
      ['reject', rejection],
      ['request-info', { question: '?' }],
    ] as const) {
      const answer = await asOperator('POST', `/admin/v1/applications/${id}/${step}`, body)
      expect(answer.body, step).toMatchObject({ status: 400, errors: [{ field: 'revision' }] })
    }
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
    const answers = await Promise.all(Array.from({ length: 24 }, () => asOperator('PUT', '/admin/v1/demo')))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200))
    expect(await verification()).toEqual({ intact: true, rows: 24, broken_at: null })
  })

  it('has a row for each of many simultaneous looks at an application and at who applies', async () => {
    const { id } = await verified()
    const path = `/admin/v1/applications/${id}`
    const looks = await Promise.all(Array.from({ length: 12 }, () => asOperator('GET', path)))
    const reveals = await Promise.all(
      Array.from({ length: 12 }, (_, i) => asOperator('POST', `${path}/reveal`, { reason: `Look ${i}` })),
    )
    expect([...looks, ...reveals].map(({ status }) => status)).toEqual(Array.from({ length: 24 }, () => 200))
    const { data } = (await asOperator('GET', '/admin/v1/audit')).body
    const count = (wanted: string) =>
      data.filter(({ action }: { action: string }) => action === wanted).length
    expect(count('application.take-up')).toBe(1)
    expect(count('application.show')).toBe(11)
    expect(count('application.reveal')).toBe(12)
    expect((await verification()).intact).toBe(true)
  })

  it('shows that its end was cut off and the head set back to the row before', async () => {
    for (let i = 0; i < 4; i++) await asOperator('PUT', '/admin/v1/demo')
    await env.DB.prepare('delete from audit_log where sequence = 4').run()
    await env.DB.prepare(
      'update audit_head set sequence = 3, hash = (select hash from audit_log where sequence = 3)',
    ).run()
    expect(await verification()).toMatchObject({ intact: false, broken_at: 4 })
  })

  it('shows that rows and head were removed together', async () => {
    await asOperator('PUT', '/admin/v1/demo')
    await env.DB.batch([env.DB.prepare('delete from audit_log'), env.DB.prepare('delete from audit_head')])
    expect(await verification()).toMatchObject({ intact: false, broken_at: 1 })
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
