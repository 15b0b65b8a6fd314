import { createScheduledController, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuditLog } from '../../gateway/audit-log/audit-log.ts'
import { tenantFiles } from '../../gateway/batches/tenant-batches.ts'
import gateway from '../../gateway/index.ts'
import { NodeRegistry } from '../../gateway/nodes/registry/node-registry.ts'
import { controlDatabase } from '../../gateway/platform/control-database.ts'
import { KeyedHash } from '../../gateway/vault/keyed-hash.ts'
import { MasterKeys } from '../../gateway/vault/master-keys.ts'
import { rotateMasterSecret } from '../../gateway/vault/rotation.ts'
import { EnvelopeVault } from '../../gateway/vault/vault.ts'
import { asOperator, call, catchMails, settled, tenantWithKey } from './access/gate.ts'
import { atNodeTest, toCompletion } from './fake-node.ts'

/** Alarms, long periods, and changes by the operator. */

const model = 'keval-2-9b'

beforeEach(() => {
  catchMails()
  atNodeTest((path) => {
    if (path === '/v1/models') return Response.json({ data: [{ id: model }] })
    return toCompletion('좋습니다.\n\nRating: [[7]]', { model })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const answers = (text: string) => ({ model, question: '수도는 어디인가요?', answer: text })
const judge = (token: string, body: object) => call('POST', '/v1/judgments', { token, body })
const get = (path: string, token: string) => call('GET', path, { token })
const minute = 60_000

/** Moves the clock of everything that runs here. */
function later(milliseconds: number): void {
  const realNow = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => Reflect.apply(realNow, Date, []) + milliseconds)
}

describe("the tenant object's alarm", () => {
  it('sends the sums of all keys to the control database, and sends them anew without adding up twice', async () => {
    const { key, tenantId } = await tenantWithKey()
    const second = await call('POST', '/v1/keys', { token: key, body: { name: '둘째' } })
    expect(second.status, second.text).toBe(201)
    await judge(key, answers('서울입니다.'))
    await judge(second.body.key, answers('부산입니다.'))
    const stub = env.TENANTS.getByName(tenantId)
    const rollups = async () => (await asOperator('GET', `/admin/v1/usage?tenant=${tenantId}`)).body.data
    expect(await rollups()).toEqual([])
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    const sums = {
      tenant_id: tenantId,
      model,
      requests: 2,
      rated: 2,
      prompt_tokens: 200,
      completion_tokens: 20,
    }
    expect(await rollups()).toMatchObject([{ ...sums, latency: { count: 2 } }])
    await judge(key, answers('대구입니다.'))
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await rollups()).toMatchObject([
      { ...sums, requests: 3, rated: 3, prompt_tokens: 300, completion_tokens: 30 },
    ])
  })

  it('deletes files after 30 days, and what broken uploads left after one, also where nothing else happens', async () => {
    const { key, tenantId } = await tenantWithKey()
    const form = new FormData()
    form.append('purpose', 'batch')
    form.append('file', new Blob(['{}\n']), 'input.jsonl')
    const headers = { authorization: `Bearer ${key}` }
    const request = new Request('https://keval.test/v1/files', { method: 'POST', headers, body: form })
    const { id } = await (await exports.default.fetch(request)).json<{ id: string }>()
    const stub = env.TENANTS.getByName(tenantId)
    const broken = tenantFiles(stub)
    await broken.open('file_broken')
    await broken.addPart('file_broken', 0, '{}\n')
    expect((await get('/v1/files/file_broken', key)).status).toBe(404)
    const kept = () =>
      runInDurableObject(stub, (_, { storage }) =>
        storage.sql
          .exec('select file_id from file_parts')
          .toArray()
          .map((part) => part.file_id),
      )

    later(24 * 60 * minute + minute)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await kept()).toEqual([id])
    vi.mocked(Date.now).mockRestore()
    later(30 * 24 * 60 * minute + minute)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await kept()).toEqual([])
    expect((await get(`/v1/files/${id}`, key)).status).toBe(404)
  })

  it('gives the space of what it deletes back to the quota and to new judgments', async () => {
    const { key, tenantId } = await tenantWithKey()
    await judge(key, answers('서울입니다.'))
    const stub = env.TENANTS.getByName(tenantId)
    const measure = () => runInDurableObject(stub, (_, { storage }) => storage.sql.databaseSize)
    const grow = (mark: string, expiresAt: number) =>
      runInDurableObject(stub, (_, { storage }) => {
        const columns = storage.sql
          .exec('select name from pragma_table_info(?)', 'judgments')
          .toArray()
          .map(({ name }) => String(name))
        const values = columns.map((name) => {
          if (name === 'id' || name === 'fingerprint') return `? || n`
          if (name === 'request') return `json_set(request, '$.filler', hex(randomblob(1000)))`
          return name === 'expires_at' ? '?' : name
        })
        storage.sql.exec(
          `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 2000)
           insert into judgments (${columns}) select ${values} from judgments, numbers where key_id is not null limit 2000`,
          mark,
          mark,
          expiresAt,
        )
      })
    const empty = await measure()
    await grow('first', Date.now() + minute)
    const full = await measure()
    expect(full).toBeGreaterThan(empty + 4_000_000)
    later(2 * minute)
    expect(await runDurableObjectAlarm(stub)).toBe(true)
    // the runtime counts no free pages, and neither does the quota
    expect(await measure()).toBeLessThan(empty + 50_000)
    await grow('second', Date.now() + minute)
    expect(await measure()).toBeLessThan(full + 50_000)
  })

  it('deletes what has outlived the retention of the plan, and nothing younger', async () => {
    const { key, tenantId } = await tenantWithKey()
    const plans = await asOperator('GET', '/admin/v1/plans')
    const { body: tenant } = await asOperator('GET', `/admin/v1/tenants/${tenantId}`)
    const days = plans.body.data.find(({ id }: { id: string }) => id === tenant.plan).retention_days
    const old = await judge(key, answers('서울입니다.'))
    const ids = async () => (await get('/v1/judgments', key)).body.data.map(({ id }: { id: string }) => id)
    const stub = env.TENANTS.getByName(tenantId)
    later((days * 24 * 60 - 5) * minute)
    const young = await judge(key, answers('부산입니다.'))
    await runDurableObjectAlarm(stub)
    expect(await ids()).toEqual([young.body.id, old.body.id])
    vi.mocked(Date.now).mockRestore()
    later((days * 24 * 60 + 5) * minute)
    await runDurableObjectAlarm(stub)
    expect(await ids()).toEqual([young.body.id])
    expect((await get(`/v1/judgments/${old.body.id}`, key)).status).toBe(404)
  })
})

describe('the control database', () => {
  for (const [how, answer] of [
    ['down', () => Promise.reject(new Error('D1_ERROR: Network connection lost.'))],
    ['silent', () => new Promise<never>(() => {})],
  ] as const) {
    it(`may be ${how} for nine minutes: known keys go on, unknown ones get 503`, async () => {
      const { key } = await tenantWithKey()
      await judge(key, answers('서울입니다.'))
      const statement = { bind: () => statement, all: answer, run: answer, raw: answer, first: answer }
      const database = Object.getPrototypeOf(env.DB)
      const prepare = vi.spyOn(database, 'prepare').mockImplementation(() => statement)
      // what is only noted beside an answer may fail at once: nobody waits for it
      const batch = vi
        .spyOn(database, 'batch')
        .mockRejectedValue(new Error('D1_ERROR: Network connection lost.'))
      for (const minutes of [1, 9]) {
        later(minutes * minute)
        const fresh = await judge(key, answers(`인천입니다. ${how} ${minutes}`))
        expect(fresh.status, fresh.text).toBe(200)
        expect((await get(`/v1/judgments/${fresh.body.id}`, key)).status).toBe(200)
        const stranger = await judge(`kev_test_${'0'.repeat(30)}2TKhIp`, answers('x'))
        expect(stranger.status).toBe(503)
        expect(Number(stranger.headers.get('retry-after'))).toBeGreaterThan(0)
        vi.mocked(Date.now).mockRestore()
      }
      later(11 * minute)
      expect((await judge(key, answers('인천입니다.'))).status).toBe(503)
      prepare.mockRestore()
      batch.mockRestore()
    })
  }
})

describe('Server-Timing', () => {
  it('says where the time went, the limits too', async () => {
    const { key } = await tenantWithKey()
    const names = async () =>
      (await judge(key, answers('서울입니다.'))).headers
        .get('server-timing')!
        .split(', ')
        .map((entry) => entry.split(';')[0])
        .sort()
    expect(await names()).toEqual(['auth', 'cache', 'limits', 'node', 'store', 'tenant'])
    expect(await names()).toEqual(['auth', 'cache'])
  })
})

describe('nodes', () => {
  it('are changed in the audit log too: who, what, and never the secret', async () => {
    const url = 'http://node.test'
    const made = await asOperator('POST', '/admin/v1/nodes', {
      id: 'seoul-1',
      url,
      secret: 'very-secret',
      weight: 2,
    })
    expect(made.status, made.text).toBe(201)
    expect((await asOperator('POST', '/admin/v1/nodes', { id: 'seoul-1', url })).status).toBe(409)
    await asOperator('PATCH', '/admin/v1/nodes/seoul-1', { draining: true })
    expect((await asOperator('PATCH', '/admin/v1/nodes/seoul-2', { draining: true })).status).toBe(404)
    expect((await asOperator('DELETE', '/admin/v1/nodes/seoul-1')).status).toBe(204)
    expect((await asOperator('DELETE', '/admin/v1/nodes/seoul-1')).status).toBe(404)
    const audit = await asOperator('GET', '/admin/v1/audit')
    expect(audit.body.data).toMatchObject([
      { action: 'node.remove', subject: 'seoul-1' },
      { action: 'node.update', subject: 'seoul-1', detail: { draining: true } },
      {
        action: 'node.register',
        subject: 'seoul-1',
        detail: { host: 'node.test', weight: 2, secret: 'set' },
      },
    ])
    expect(audit.text).not.toContain('very-secret')
    expect((await asOperator('GET', '/admin/v1/audit/verification')).body).toMatchObject({
      intact: true,
      rows: 3,
    })
  })

  it('keep their secrets through a rotation of the master secret', async () => {
    const url = 'http://node.test'
    await asOperator('POST', '/admin/v1/nodes', { id: 'seoul-1', url, secret: 'very-secret' })
    await asOperator('POST', '/admin/v1/nodes', { id: 'seoul-2', url })
    const database = controlDatabase(env.DB)
    const fresh = btoa('n'.repeat(32))
    const both = new MasterKeys(fresh, env.MASTER_SECRET)
    await rotateMasterSecret({ database, masterKeys: both, vault: new EnvelopeVault(both) })
    const masterKeys = new MasterKeys(fresh, undefined)
    const audit = new AuditLog(database, new KeyedHash(database, masterKeys), Date.now)
    const nodes = new NodeRegistry({ database, masterKeys, audit, configured: [], now: Date.now })
    expect((await nodes.read()).map(({ id, secret }) => [id, secret])).toEqual([
      ['seoul-1', 'very-secret'],
      ['seoul-2', null],
    ])
  })

  it('are asked by the clock', async () => {
    await gateway.scheduled(createScheduledController({ cron: '* * * * *' }), env)
    const { body } = await asOperator('GET', '/admin/v1/nodes')
    expect(body.data[0].health).toMatchObject({ state: 'up', models: [model], report: { status: null } })
  })
})
