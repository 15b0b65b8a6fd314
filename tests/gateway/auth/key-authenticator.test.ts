import { describe, expect, it } from 'vitest'
import { createApiKey } from '../../../gateway/auth/api-key.ts'
import { KeyAuthenticator } from '../../../gateway/auth/key-authenticator.ts'
import type { KeyRecord, KeyRecords } from '../../../gateway/auth/key-records.ts'
import { platformRandom } from '../../../gateway/platform/base62.ts'

describe('the authenticator', () => {
  const record: KeyRecord = {
    keyId: 'key_1',
    tenantId: 'ten_1',
    tenantCreatedAt: 0,
    scopes: ['read'],
    keyLimits: null,
    tenantStatus: 'active',
    revoked: false,
    expiresAt: null,
    limits: {
      requestsPerMinute: 1,
      concurrent: 1,
      tokensPerDay: 1,
      models: null,
      retentionDays: 1,
      evaluationRows: 1,
    },
  }
  const key = createApiKey('live', platformRandom)

  /** An authenticator over a storage that the test switches off and changes. */
  function authenticator() {
    const storage = { reads: 0, down: false, found: record as KeyRecord | undefined }
    const records: KeyRecords = {
      find: async () => {
        storage.reads++
        if (storage.down) throw new Error('D1_ERROR: Network connection lost.')
        return storage.found
      },
      findByIds: async () => storage.found ?? 'key_gone',
      touch: async () => undefined,
    }
    let time = 1_000_000
    const subject = new KeyAuthenticator({ records, now: () => time, defer: () => undefined })
    const ask = (token = key, address = '192.0.2.1') => subject.authenticate(`Bearer ${token}`, () => address)
    return { storage, ask, subject, wait: (milliseconds: number) => (time += milliseconds) }
  }

  it('refuses what is no key without reading anything, and does not repeat it', async () => {
    const { ask, storage, subject } = authenticator()
    const mistyped = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')
    expect(await subject.authenticate(undefined, () => '192.0.2.1')).toMatchObject({
      failure: { code: 'missing_api_key' },
    })
    const answer = await ask(mistyped)
    expect(answer).toMatchObject({ failure: { code: 'malformed_api_key' } })
    expect(JSON.stringify(answer)).not.toContain(mistyped)
    expect(storage.reads).toBe(0)
  })

  it('reads a key once in a few seconds, and a revocation takes effect within five', async () => {
    const { ask, storage, wait } = authenticator()
    await ask()
    await ask()
    expect(storage.reads).toBe(1)
    storage.found = { ...record, revoked: true }
    wait(5_000)
    expect(await ask()).toMatchObject({ failure: { code: 'invalid_api_key' } })
  })

  it('asks about an unknown key once in a few seconds, too', async () => {
    const { ask, storage } = authenticator()
    storage.found = undefined
    for (let i = 0; i < 5; i++) expect(await ask()).toMatchObject({ failure: { code: 'invalid_api_key' } })
    expect(storage.reads).toBe(1)
  })

  it('lets known keys work on for minutes while the storage is down, and no others', async () => {
    const { ask, storage, wait } = authenticator()
    await ask()
    storage.down = true
    wait(60_000)
    expect(await ask()).toMatchObject({ identity: { tenantId: 'ten_1' } })
    const stranger = await ask(createApiKey('live', platformRandom))
    expect(stranger).toMatchObject({ failure: { code: 'storage_unavailable', retryAfter: 2 } })
    wait(10 * 60_000)
    expect(await ask()).toMatchObject({ failure: { code: 'storage_unavailable' } })
  })

  it('does not let a key that is known to be revoked or expired survive an outage', async () => {
    const { ask, storage, wait } = authenticator()
    storage.found = { ...record, expiresAt: 1_050_000 }
    await ask()
    storage.down = true
    wait(60_000)
    expect(await ask()).toMatchObject({ failure: { code: 'invalid_api_key' } })
  })

  it('bounds lookups of unknown keys per address, and keeps a known key working from that address', async () => {
    const { ask, storage, wait } = authenticator()
    await ask()
    storage.found = undefined
    let last: unknown
    for (let i = 0; i < 61; i++) last = await ask(createApiKey('live', platformRandom))
    expect(last).toMatchObject({ failure: { code: 'rate_limited', retryAfter: 60 } })
    expect(storage.reads).toBe(61)
    storage.found = record
    wait(10_000)
    expect(await ask()).toMatchObject({ identity: { keyId: 'key_1' } })
    const elsewhere = await ask(createApiKey('live', platformRandom), '192.0.2.2')
    expect(elsewhere).toMatchObject({ identity: { keyId: 'key_1' } })
    wait(50_000)
    expect(await ask(createApiKey('live', platformRandom))).toMatchObject({ identity: { keyId: 'key_1' } })
  })

  it('reads again after the clock was put back, so that a revocation still applies within seconds', async () => {
    const { ask, storage, wait } = authenticator()
    await ask()
    storage.found = { ...record, revoked: true }
    wait(-2 * 3_600_000)
    expect(await ask()).toMatchObject({ failure: { code: 'invalid_api_key' } })
  })
})
