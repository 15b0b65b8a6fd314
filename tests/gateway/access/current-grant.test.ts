import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { currentGrantLookup } from '../../../gateway/auth/current-grant.ts'
import { StoredKeyRecords } from '../../../gateway/auth/key-records.ts'
import { controlDatabase } from '../../../gateway/platform/control-database.ts'
import { asOperator, call, filesMails, tenantWithKey } from './gate.ts'

filesMails()

/** The lookup with a clock that the test moves. */
function lookup() {
  let time = Date.now()
  const currentGrant = currentGrantLookup({
    records: new StoredKeyRecords(controlDatabase(env.DB)),
    now: () => time,
  })
  return { currentGrant, wait: (milliseconds: number) => (time += milliseconds) }
}

describe('the current grant of work in the background', () => {
  it('follows a change of plan, models and scopes within five seconds', async () => {
    const { tenantId, keyId } = await tenantWithKey()
    const { currentGrant, wait } = lookup()
    expect(await currentGrant(tenantId, keyId)).toMatchObject({
      grant: { scopes: expect.arrayContaining(['judge']), limits: { models: null }, keyLimits: null },
    })
    await asOperator('PATCH', `/admin/v1/tenants/${tenantId}`, {
      models: ['other-model'],
      scopes: ['read'],
      plan: 'demo',
    })
    wait(5_000)
    const { results } = await env.DB.prepare("select * from plans where id = 'demo'").all()
    expect(await currentGrant(tenantId, keyId)).toMatchObject({
      grant: {
        scopes: ['read'],
        limits: { concurrent: results[0]!.concurrent, tokensPerDay: results[0]!.tokens_per_day },
      },
    })
    const found = await currentGrant(tenantId, keyId)
    expect('grant' in found && found.grant.limits.models).toEqual(['other-model'])
  })

  it('says why work may not go on', async () => {
    const { tenantId, keyId, key } = await tenantWithKey()
    const { currentGrant, wait } = lookup()
    const suspension = (step: string) =>
      asOperator('POST', `/admin/v1/tenants/${tenantId}/${step}`, { reason: 'Unpaid' })
    await suspension('suspend')
    expect(await currentGrant(tenantId, keyId)).toEqual({ stopped: 'tenant_suspended' })
    await suspension('resume')
    wait(5_000)
    const second = await call('POST', '/v1/keys', { token: key, body: { name: 'Second' } })
    await asOperator('DELETE', `/admin/v1/keys/${second.body.id}`)
    expect(await currentGrant(tenantId, second.body.id)).toEqual({ stopped: 'key_revoked' })
    expect(await currentGrant(tenantId, keyId)).toHaveProperty('grant')
    expect(await currentGrant('ten_gone', keyId)).toEqual({ stopped: 'tenant_gone' })
    const other = await tenantWithKey({ email: 'other@example.com' })
    expect(await currentGrant(tenantId, other.keyId)).toEqual({ stopped: 'key_revoked' })
  })

  it('survives a key that only expired', async () => {
    const { tenantId, keyId, key } = await tenantWithKey()
    await call('POST', `/v1/keys/${keyId}/rotate`, { token: key, body: { grace_seconds: 0 } })
    const { currentGrant } = lookup()
    expect(await currentGrant(tenantId, keyId)).toHaveProperty('grant')
  })
})
