import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApiKey, isApiKey } from '../../../gateway/auth/api-key.ts'
import { base62OfBytes, platformRandom } from '../../../gateway/platform/base62.ts'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'

beforeEach(() => catchMails())
afterEach(async () => {
  await settled()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const anyKey = fc
  .constantFrom('live' as const, 'test' as const)
  .map((mode) => createApiKey(mode, platformRandom))

describe('the form of a key', () => {
  it('is what the documentation says, with the standard CRC-32', () => {
    expect(createApiKey('test', () => new Uint8Array(40))).toMatch(/^kev_test_0{30}[0-9A-Za-z]{6}$/)
    // CRC-32 of the 39 characters before it, computed with zlib: 2265712427, in base62 2TKhIp.
    expect(isApiKey(`kev_test_${'0'.repeat(30)}2TKhIp`)).toBe(true)
  })

  it('holds for every key made', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        expect(isApiKey(key)).toBe(true)
      }),
    )
  })

  it('finds every single mistyped character', () => {
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 44 }), fc.constantFrom(...alphabet), (key, position, character) => {
        fc.pre(key[position] !== character)
        expect(isApiKey(key.slice(0, position) + character + key.slice(position + 1))).toBe(false)
      }),
    )
  })

  it('finds every two neighbours swapped', () => {
    fc.assert(
      fc.property(anyKey, fc.nat({ max: 43 }), (key, position) => {
        fc.pre(key[position] !== key[position + 1])
        const swapped = key.slice(0, position) + key[position + 1] + key[position] + key.slice(position + 2)
        expect(isApiKey(swapped)).toBe(false)
      }),
    )
  })

  it('is not found in other text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(isApiKey(text)).toBe(false)
      }),
    )
    fc.assert(
      fc.property(anyKey, fc.constantFrom(' ', '\n', 'a', '"'), (key, extra) => {
        expect(isApiKey(key + extra)).toBe(false)
        expect(isApiKey(extra + key)).toBe(false)
      }),
    )
  })

  it('draws characters evenly: no byte makes one likelier than another', () => {
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const text = base62OfBytes(everyByte)
    expect(text).toHaveLength(248)
    expect(new Set([...alphabet].map((c) => [...text].filter((d) => d === c).length))).toEqual(new Set([4]))
  })
})

describe('the keys of a tenant', () => {
  it('makes, lists, names and limits keys; shows each secret once and stores none', async () => {
    const { key } = await tenantWithKey()
    const made = await call('POST', '/v1/keys', { token: key, body: { name: 'CI', scopes: ['read'] } })
    expect(made.status).toBe(201)
    expect((await call('GET', '/v1/keys', { token: made.body.key })).body.code).toBe('insufficient_scope')

    const listed = await call('GET', '/v1/keys', { token: key })
    expect(listed.body.data.map(({ name }: { name: string }) => name)).toEqual(['CI', 'First key'])
    expect(listed.text).not.toContain(made.body.key)
    const rows = await env.DB.prepare('select * from api_keys').all()
    expect(JSON.stringify(rows)).not.toContain(made.body.key.slice(14))
  })

  it('are as many as there may be, also when more are made at the same moment', async () => {
    const { key, tenantId } = await tenantWithKey()
    const make = (name: string) => call('POST', '/v1/keys', { token: key, body: { name } })
    const made = await Promise.all(Array.from({ length: 40 }, (_, index) => make(`key ${index}`)))
    const statuses = made.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(19)
    expect(new Set(statuses)).toEqual(new Set([201, 409]))
    const stored = env.DB.prepare('select count(*) as n from api_keys where tenant_id = ?').bind(tenantId)
    expect(await stored.first('n')).toBe(20)
  })

  it('does not give a key more than its tenant was granted', async () => {
    const { key } = await tenantWithKey({}, { scopes: ['read', 'manage'] })
    const refused = await call('POST', '/v1/keys', { token: key, body: { name: 'More', scopes: ['judge'] } })
    expect(refused.body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'scopes' }] })
  })

  it('rotates: both keys work during the grace, then only the new one; a second rotation is refused', async () => {
    const { key, keyId } = await tenantWithKey()
    const rotated = await call('POST', `/v1/keys/${keyId}/rotate`, {
      token: key,
      body: { grace_seconds: 60 },
    })
    expect(rotated.status).toBe(201)
    expect((await call('GET', '/v1/keys', { token: key })).status).toBe(200)
    const again = await call('POST', `/v1/keys/${keyId}/rotate`, { token: key, body: {} })
    expect(again.body.code).toBe('conflict')

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    expect((await call('GET', '/v1/keys', { token: key })).body.code).toBe('invalid_api_key')
    expect((await call('GET', '/v1/keys', { token: rotated.body.key })).status).toBe(200)
  })

  it('replaces a key by exactly one when two rotate it at once', async () => {
    const { key, keyId } = await tenantWithKey()
    const answers = await Promise.all(
      // Without a body, as some clients say it.
      Array.from({ length: 4 }, () =>
        call('POST', `/v1/keys/${keyId}/rotate`, { token: key, headers: { 'content-length': '0' } }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    expect((await call('GET', '/v1/keys', { token: key })).body.data).toHaveLength(2)
  })

  it('rotates neither a revoked nor an expired key', async () => {
    const { key } = await tenantWithKey()
    const make = (body: object) => call('POST', '/v1/keys', { token: key, body })
    const rotate = ({ body }: { body: { id: string } }) =>
      call('POST', `/v1/keys/${body.id}/rotate`, { token: key, body: {} })
    const soon = new Date(Date.now() + 60_000).toISOString()
    const [revoked, expiring] = [await make({ name: 'A' }), await make({ name: 'B', expires_at: soon })]
    await call('DELETE', `/v1/keys/${revoked.body.id}`, { token: key })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    for (const ended of [revoked, expiring]) expect((await rotate(ended)).body.code).toBe('conflict')
    expect((await call('GET', '/v1/keys', { token: key })).body.data).toHaveLength(3)
  })

  it('refuses a revoked, an expired and an unknown key with one and the same answer', async () => {
    const { key } = await tenantWithKey()
    const make = (body: object) => call('POST', '/v1/keys', { token: key, body })
    const soon = new Date(Date.now() + 60_000).toISOString()
    const [revoked, expiring] = [await make({ name: 'A' }), await make({ name: 'B', expires_at: soon })]
    await call('DELETE', `/v1/keys/${revoked.body.id}`, { token: key })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    const unknown = createApiKey('live', platformRandom)
    const answers = await Promise.all(
      [revoked.body.key, expiring.body.key, unknown].map((token) => call('GET', '/v1/keys', { token })),
    )
    for (const { status, body } of answers) {
      expect(status).toBe(401)
      expect({ ...body, request_id: '' }).toEqual({ ...answers[0]!.body, request_id: '' })
    }
  })

  it("treats another tenant's key id exactly as one that does not exist", async () => {
    const mine = await tenantWithKey()
    const other = await tenantWithKey({ email: 'other@example.com' })
    for (const [method, suffix] of [
      ['DELETE', ''],
      ['POST', '/rotate'],
    ] as const) {
      const theirs = await call(method, `/v1/keys/${other.keyId}${suffix}`, { token: mine.key })
      const none = await call(method, `/v1/keys/key_doesnotexist${suffix}`, { token: mine.key })
      expect(theirs.status).toBe(404)
      expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' })
    }
    expect((await call('GET', '/v1/keys', { token: other.key })).status).toBe(200)
  })

  it('ends with its tenant, and lives on when the operator renews it', async () => {
    const day = 86_400_000
    const { key, tenantId } = await tenantWithKey(
      {},
      { expires_at: new Date(Date.now() + day).toISOString() },
    )
    const plain = await call('GET', '/v1/keys', { token: key })
    expect(Date.parse(plain.body.data[0].expires_at)).toBeLessThanOrEqual(Date.now() + day)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * day })
    expect((await call('GET', '/v1/keys', { token: key })).body.code).toBe('invalid_api_key')

    const change = (body: unknown) => asOperator('PATCH', `/admin/v1/tenants/${tenantId}`, body)
    expect((await change({ expires_at: '2020-01-01T00:00:00Z' })).status).toBe(400)
    expect((await change({ plan: 'gold' })).status).toBe(400)
    const renewed = await change({ expires_at: '2990-01-01T00:00:00.000Z', scopes: ['manage', 'read'] })
    expect(renewed.body).toMatchObject({ expires_at: '2990-01-01T00:00:00.000Z', plan: 'research' })
    const [listed] = (await call('GET', '/v1/keys', { token: key })).body.data
    expect(listed).toMatchObject({ status: 'active', expires_at: '2990-01-01T00:00:00.000Z' })
    const more = await call('POST', '/v1/keys', { token: key, body: { name: 'More', scopes: ['judge'] } })
    expect(more.body.errors).toMatchObject([{ field: 'scopes' }])
  })

  it('shuts out a suspended tenant and lets it back in', async () => {
    const { key, tenantId } = await tenantWithKey()
    const reason = { reason: 'Unpaid' }
    await asOperator('POST', `/admin/v1/tenants/${tenantId}/suspend`, reason)
    expect((await call('GET', '/v1/keys', { token: key })).body.code).toBe('tenant_suspended')
    await asOperator('POST', `/admin/v1/tenants/${tenantId}/resume`, reason)
    expect((await call('GET', '/v1/keys', { token: key })).status).toBe(200)
  })
})

describe('the bound on keys', () => {
  const usable = async (key: string) =>
    (await call('GET', '/v1/keys', { token: key })).body.data.filter(({ status }: { status: string }) =>
      ['active', 'expiring'].includes(status),
    ) as { id: string; status: string }[]

  async function fullTenant() {
    const tenant = await tenantWithKey()
    for (let i = 1; i < 20; i++) {
      const made = await call('POST', '/v1/keys', { token: tenant.key, body: { name: `Key ${i}` } })
      expect(made.status).toBe(201)
    }
    return tenant
  }

  it('holds under rotation: a key that works on in its grace period counts', async () => {
    const { key, keyId } = await fullTenant()
    const rotations = await Promise.all(
      (await usable(key)).map(({ id }) => call('POST', `/v1/keys/${id}/rotate`, { token: key, body: {} })),
    )
    expect(new Set(rotations.map(({ body }) => body.code))).toEqual(new Set(['conflict']))
    expect(await usable(key)).toHaveLength(20)

    const ended = { token: key, body: { grace_seconds: 0 } }
    const other = (await usable(key)).find(({ id }) => id !== keyId)!
    expect((await call('POST', `/v1/keys/${other.id}/rotate`, ended)).status).toBe(201)
    expect(await usable(key)).toHaveLength(20)
  })

  it('holds when keys are made and rotated at once', async () => {
    const { key, keyId } = await fullTenant()
    const spare = (await usable(key)).filter(({ id }) => id !== keyId)
    for (const { id } of spare.slice(0, 3)) await call('DELETE', `/v1/keys/${id}`, { token: key })
    const wishes = [
      ...spare.slice(3, 9).map(({ id }) => call('POST', `/v1/keys/${id}/rotate`, { token: key, body: {} })),
      ...Array.from({ length: 6 }, () =>
        call('POST', '/v1/keys', { token: key, body: { name: 'One more' } }),
      ),
    ]
    const statuses = (await Promise.all(wishes)).map(({ status }) => status).sort()
    expect(statuses).toEqual([201, 201, 201, ...Array.from({ length: 9 }, () => 409)])
    expect(await usable(key)).toHaveLength(20)
  })

  it('counts no key that has expired', async () => {
    const { key } = await fullTenant()
    await env.DB.prepare("update api_keys set expires_at = 1 where name = 'Key 7'").run()
    expect((await call('POST', '/v1/keys', { token: key, body: { name: 'Instead' } })).status).toBe(201)
  })
})

describe('the last key that manages keys', () => {
  it('is revoked only where the lockout is confirmed', async () => {
    const { key, keyId } = await tenantWithKey()
    await call('POST', '/v1/keys', { token: key, body: { name: 'Judge', scopes: ['judge'] } })
    const refused = await call('DELETE', `/v1/keys/${keyId}`, { token: key })
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
    expect(refused.body.detail).toContain('?confirm=lockout')
    expect((await call('GET', '/v1/keys', { token: key })).status).toBe(200)
    expect((await call('DELETE', `/v1/keys/${keyId}?confirm=yes`, { token: key })).status).toBe(400)
    expect((await call('DELETE', `/v1/keys/${keyId}?confirm=lockout`, { token: key })).status).toBe(200)
    expect((await call('GET', '/v1/keys', { token: key })).body.code).toBe('invalid_api_key')
  })

  it('stays of two that are revoked at once; a replaced one in its grace period is no replacement', async () => {
    const { key, keyId } = await tenantWithKey()
    const second = await call('POST', '/v1/keys', { token: key, body: { name: 'Second' } })
    const revocations = await Promise.all([
      call('DELETE', `/v1/keys/${keyId}`, { token: key }),
      call('DELETE', `/v1/keys/${second.body.id}`, { token: second.body.key }),
    ])
    expect(revocations.map(({ status }) => status).sort()).toEqual([200, 409])
    const [left, leftId] = revocations[0]!.status === 409 ? [key, keyId] : [second.body.key, second.body.id]
    const fresh = await call('POST', `/v1/keys/${leftId}/rotate`, { token: left, body: {} })
    expect((await call('DELETE', `/v1/keys/${fresh.body.id}`, { token: left })).status).toBe(409)
  })

  it('can be replaced by the operator, within the bound and in the log', async () => {
    const { key, keyId, tenantId } = await tenantWithKey()
    await call('DELETE', `/v1/keys/${keyId}?confirm=lockout`, { token: key })
    const issue = (body: object) => asOperator('POST', `/admin/v1/tenants/${tenantId}/keys`, body)
    const issued = await issue({ name: 'From the operator' })
    expect(issued.status, issued.text).toBe(201)
    expect((await call('GET', '/v1/keys', { token: issued.body.key })).status).toBe(200)
    const [entry] = (await asOperator('GET', '/admin/v1/audit')).body.data
    expect(entry).toMatchObject({ action: 'key.create', subject: tenantId, detail: { key: issued.body.id } })
    for (let i = 1; i < 20; i++) await issue({ name: `${i}` })
    expect((await issue({ name: 'One too many' })).body.code).toBe('conflict')
    expect((await asOperator('POST', '/admin/v1/tenants/ten_gone/keys', { name: 'x' })).status).toBe(404)
  })
})
