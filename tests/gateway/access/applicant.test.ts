import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import {
  apply,
  approved,
  asOperator,
  call,
  catchMails,
  decide,
  eventually,
  filesMails,
  linkTo,
  outbox,
  ownGate,
  readRevision,
  settled,
  verified,
} from './gate.ts'

filesMails()

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
    const prepare = vi.spyOn(env.DB, 'prepare')
    const known = await ask('HANA@example.com')
    // whatever the lookup takes, it begins after the answer
    expect(prepare.mock.calls.filter(([statement]) => statement.includes('email_hash'))).toEqual([])
    prepare.mockRestore()
    const answers = [known, await ask('nobody@example.com'), await ask('other@example.com')]
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
    expect((await call('POST', `/v1/status-links/${claim}`)).body.code).toBe('link_not_valid')
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

describe('a one-time link', () => {
  it('works from an address that tried too many wrong ones', async () => {
    const { claim } = await approved()
    const from = (path: string) => call('POST', path, { headers: { 'cf-connecting-ip': '203.0.113.9' } })
    await from('/v1/claims/kot_wrong')
    await env.DB.prepare('update attempts set count = 600').run()
    expect((await from('/v1/claims/kot_wrong')).body.code).toBe('rate_limited')
    expect((await from(`/v1/claims/${claim}`)).status).toBe(201)
  })
})

describe('a mailbox', () => {
  it.each([
    ['hana+1@example.com', 'hana+2@example.com', true],
    ['Hana+x@Example.com', 'hana@example.com', true],
    ['ha.na@gmail.com', 'hana+a@googlemail.com', true],
    ['ha.na@example.com', 'hana@example.com', false],
    ['+hana@example.com', 'hana@example.com', false],
  ])('behind %s and %s is the same: %s', async (one, other, isSame) => {
    const first = await verified({ email: one })
    const second = await verified({ email: other })
    const { data } = (await asOperator('GET', '/admin/v1/applications')).body
    const found = data.find(({ id }: { id: string }) => id === second.id)
    expect(found.duplicates.same_email).toEqual(isSame ? [first.id] : [])
    // each mail goes to the address as it was typed
    expect(outbox.map(({ to }) => to)).toEqual([one, other])
  })

  it('gets ten mails an hour, whatever tags it is written with', async () => {
    for (let i = 0; i < 12; i++) await apply({ email: `hana+${i}@example.com` })
    await settled()
    expect(outbox).toHaveLength(10)
  })

  it('is verified anew where only the tag of the address changes', async () => {
    const { id, statusToken } = await verified({ email: 'hana+1@example.com' })
    const change = { token: statusToken, body: { email: 'hana+2@example.com' } }
    expect((await call('PATCH', `/v1/applications/${id}`, change)).body.status).toBe('submitted')
  })
})

describe('mails', () => {
  it('are sent after the clock was put back, also where their time lies hours ahead', async () => {
    const { id } = await verified()
    await settled()
    await ownGate().reviewService.approve({ id, revision: await readRevision(id) }, {}, 'admin-secret')
    outbox.length = 0
    const hours = 3_600_000
    await env.DB.prepare("update mails set due_at = ? where template = 'approved'")
      .bind(Date.now() + 2 * hours)
      .run()
    await ownGate().mailQueue.sendDue()
    expect(outbox).toHaveLength(1)
    await env.DB.prepare(
      "update mails set status = 'queued', attempts = 4, due_at = ? where template = 'approved'",
    )
      .bind(Date.now() + 2 * hours - 60_000)
      .run()
    await ownGate().mailQueue.sendDue()
    expect(outbox).toHaveLength(1)
    await env.DB.prepare("update mails set due_at = ? where template = 'approved'")
      .bind(Date.now() + 3 * hours)
      .run()
    await ownGate().mailQueue.sendDue()
    expect(outbox).toHaveLength(2)
  })

  it('survive a crash between the approval and the sending', async () => {
    const { id } = await verified()
    await settled()
    outbox.length = 0
    // The approval is committed and the isolate dies before anything is sent.
    await ownGate().reviewService.approve({ id, revision: await readRevision(id) }, {}, 'admin-secret')
    expect(outbox).toHaveLength(0)
    await ownGate().mailQueue.sendDue()
    const claim = await linkTo('hana@example.com', 'claim')
    expect((await call('POST', `/v1/claims/${claim}`)).status).toBe(201)
  })

  it('are taken over from a sender that died, and sent by one of two that work at once', async () => {
    const { id } = await verified()
    await settled()
    await ownGate().reviewService.approve({ id, revision: await readRevision(id) }, {}, 'admin-secret')
    outbox.length = 0
    await Promise.all([
      ownGate().mailQueue.sendDue(),
      ownGate().mailQueue.sendDue(),
      ownGate().mailQueue.sendDue(),
    ])
    expect(outbox).toHaveLength(1)

    await env.DB.prepare("update mails set status = 'sending', due_at = ?")
      .bind(Date.now() + 1000)
      .run()
    await ownGate().mailQueue.sendDue()
    expect(outbox).toHaveLength(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    await ownGate().mailQueue.sendDue()
    expect(outbox.length).toBeGreaterThan(1)
  })

  it('are tried again with pauses, then shown as failed, and can be sent again with a fresh link', async () => {
    const { id } = await verified()
    await settled()
    catchMails(6)
    await ownGate().reviewService.approve({ id, revision: await readRevision(id) }, {}, 'admin-secret')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    for (let round = 0; round < 8; round++) {
      await ownGate().mailQueue.sendDue()
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
