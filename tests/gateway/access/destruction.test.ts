import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { maintenance } from '../../../gateway/access/maintenance.ts'
import {
  apply,
  approved,
  asOperator,
  call,
  decide,
  eventually,
  filesMails,
  outbox,
  ownGate,
  settled,
  tenantWithKey,
  verified,
} from './gate.ts'
import { listSealed } from './tables.ts'

filesMails()

const runClock = () => maintenance(ownGate())

/** Something stored in a tenant's object, as a judgment would be. */
const leaveTrace = (tenantId: string) =>
  runInDurableObject(env.TENANTS.getByName(tenantId), (_, state) => state.storage.put('trace', 'left'))
const hasTrace = (tenantId: string) =>
  runInDurableObject(
    env.TENANTS.getByName(tenantId),
    async (_, state) => (await state.storage.get('trace')) !== undefined,
  )

describe('destruction', () => {
  it('leaves neither key nor ciphertext nor hash of a withdrawn application, and keeps the fact', async () => {
    const { id, statusToken } = await verified()
    const before = await listSealed(id)
    expect(before).toHaveLength(2)
    expect((await call('DELETE', `/v1/applications/${id}`, { token: statusToken })).status).toBe(200)

    expect(await listSealed(id)).toEqual([])
    const row = await env.DB.prepare('select * from applications where id = ?').bind(id).first()
    expect(row).toMatchObject({ status: 'withdrawn', email_hash: null, company_hash: null })
    const after = await call('GET', `/v1/applications/${id}/data`, { token: statusToken })
    expect(after.body).toMatchObject({ status: 'withdrawn', form: {}, messages: [] })
    expect((await call('DELETE', `/v1/applications/${id}`, { token: statusToken })).body.code).toBe(
      'conflict',
    )
  })

  it('of a tenant empties its object, its keys and its application, with a receipt that can be asked again', async () => {
    const { tenantId, key, id } = await tenantWithKey()
    await leaveTrace(tenantId)

    const receipt = await asOperator('DELETE', `/admin/v1/tenants/${tenantId}`)
    expect(receipt.body).toMatchObject({ tenant_id: tenantId, keys: 1, sealed_records: 2 })
    await eventually(async () => expect(await hasTrace(tenantId)).toBe(false))
    expect((await call('GET', '/v1/keys', { token: key })).body.code).toBe('invalid_api_key')
    expect(await listSealed(id)).toEqual([])
    expect((await asOperator('GET', `/admin/v1/tenants/${tenantId}`)).status).toBe(404)
    expect((await asOperator('GET', `/admin/v1/applications/${id}`)).body.status).toBe('expired')
    expect((await asOperator('DELETE', `/admin/v1/tenants/${tenantId}`)).body).toEqual(receipt.body)
  })

  it('also takes what another isolate stored in the seconds before it heard of it', async () => {
    const { tenantId } = await tenantWithKey()
    await asOperator('DELETE', `/admin/v1/tenants/${tenantId}`)
    await eventually(() => leaveTrace(tenantId))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    await runClock()
    await eventually(async () => expect(await hasTrace(tenantId)).toBe(false))
  })

  it('is finished by the clock when it broke off in the middle', async () => {
    const { tenantId, key } = await tenantWithKey()
    const broken = ownGate({ destroyData: () => Promise.reject(new Error('the object does not answer')) })
    await expect(broken.tenantDeletion.delete(tenantId, 'admin-secret')).rejects.toThrow()
    expect((await call('GET', '/v1/keys', { token: key })).status).not.toBe(200)

    const whole = ownGate()
    await whole.retention.deleteAbandoned()
    expect(await env.DB.prepare('select count(*) as n from tenants').first('n')).toBe(0)
    expect((await asOperator('DELETE', `/admin/v1/tenants/${tenantId}`)).body.tenant_id).toBe(tenantId)
  })
})

describe('the clock', () => {
  const day = 86_400_000
  const later = (days: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * day })

  it('goes on behind a tenant whose object does not answer', async () => {
    const tenants = [await tenantWithKey(), await tenantWithKey({ email: 'second@example.com' })]
    later(2000)
    let asked = 0
    const broken = ownGate({
      destroyData: () => (asked++ === 0 ? Promise.reject(new Error('no answer')) : Promise.resolve()),
    })
    await expect(broken.retention.deleteAbandoned()).rejects.toThrow('no answer')
    expect(asked).toBe(tenants.length)
  })

  it('destroys what was never verified, never answered, rejected long ago', async () => {
    const unverified = await apply({ email: 'a@example.com' })
    const unanswered = await verified({ email: 'b@example.com' })
    await decide(unanswered.id, 'request-info', { question: 'Why?' })
    const rejected = await verified({ email: 'c@example.com' })
    await decide(rejected.id, 'reject', { code: 'other', message: 'No.' })
    const waiting = await verified({ email: 'd@example.com' })
    await settled()

    later(6)
    await runClock()
    for (const { id } of [unverified, unanswered, rejected, waiting])
      expect(await listSealed(id)).toHaveLength(2)
    later(25)
    await runClock()
    for (const { id } of [unverified, unanswered, rejected]) expect(await listSealed(id), id).toEqual([])
    expect(await listSealed(waiting.id)).toHaveLength(2)

    const status = async ({ id, statusToken }: typeof unverified) =>
      (await call('GET', `/v1/applications/${id}`, { token: statusToken })).body.status
    expect(await status(unverified)).toBe('expired')
    expect(await status(unanswered)).toBe('expired')
    expect(await status(rejected)).toBe('rejected')
    expect(await status(waiting)).toBe('verified')
  })

  it('ends approvals nobody claimed, and deletes tenants that ended or fell silent; used ones stay', async () => {
    const unclaimed = await approved({ email: 'a@example.com' })
    const ended = await tenantWithKey(
      { email: 'b@example.com' },
      { expires_at: new Date(Date.now() + day).toISOString() },
    )
    const silent = await tenantWithKey({ email: 'c@example.com' }, { expires_at: '2999-01-01T00:00:00Z' })
    const used = await tenantWithKey({ email: 'd@example.com' }, { expires_at: '2999-01-01T00:00:00Z' })
    const exists = async ({ tenantId }: { tenantId: string }) =>
      (await env.DB.prepare('select 1 from tenants where id = ?').bind(tenantId).first()) !== null

    later(32)
    await runClock()
    expect(await exists(unclaimed)).toBe(false)
    expect(await exists(ended)).toBe(false)
    expect(await exists(silent)).toBe(true)
    later(300)
    expect((await call('GET', '/v1/keys', { token: used.key })).status).toBe(200)
    later(40)
    await runClock()
    expect(await exists(silent)).toBe(false)
    expect(await exists(used)).toBe(true)
    expect((await call('POST', `/v1/claims/${unclaimed.claim}`)).body.code).toBe('link_not_valid')
  })

  it('calls a claimed application active once its key was used', async () => {
    const { id, statusToken, key } = await tenantWithKey()
    await runClock()
    const status = async () =>
      (await call('GET', `/v1/applications/${id}`, { token: statusToken })).body.status
    expect(await status()).toBe('claimed')
    await call('GET', '/v1/keys', { token: key })
    await eventually(async () => {
      await runClock()
      expect(await status()).toBe('active')
    })
  })

  it('reminds once of a key that expires soon', async () => {
    await tenantWithKey({}, { expires_at: new Date(Date.now() + 20 * day).toISOString() })
    await runClock()
    const reminders = () => outbox.filter(({ subject }) => subject.includes('만료'))
    expect(reminders()).toHaveLength(0)
    later(10)
    await runClock()
    await runClock()
    await eventually(() => expect(reminders()).toHaveLength(1))
    expect(reminders()[0]!.text).toMatch(/kev_live_\w{4}…/)
  })
})
