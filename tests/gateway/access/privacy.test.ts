import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { controlDatabase } from '../../../gateway/platform/control-database.ts'
import { MasterKeys } from '../../../gateway/vault/master-keys.ts'
import { rotateMasterSecret } from '../../../gateway/vault/rotation.ts'
import { EnvelopeVault, type SealedRecord } from '../../../gateway/vault/vault.ts'
import { formFields } from '../../../schema/api/application.ts'
import {
  apply,
  asOperator,
  call,
  catchMails,
  decide,
  eventually,
  form,
  outbox,
  ownGate,
  settled,
  tenantWithKey,
  verified,
} from './gate.ts'
import { everything, listSealed } from './tables.ts'

const logged: string[] = []

beforeEach(() => {
  catchMails()
  logged.length = 0
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...parts) => void logged.push(parts.map(String).join(' ')))
  }
})
afterEach(async () => {
  await settled()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const canary = 'Zq7Canary'
/** A form in which every field that a person types carries the canary. */
const marked = (changes: Record<string, unknown> = {}) => ({
  name: `${canary}-name`,
  company: `${canary}-company`,
  department: `${canary}-department`,
  position: `${canary}-position`,
  email: `${canary.toLowerCase()}@example.com`,
  phone: '010-9753-8642',
  date_of_birth: '1987-06-05',
  model: `${canary}-model`,
  model_version: `${canary}-v`,
  reason: `${canary} reason`,
  objectives: `${canary} objectives`,
  use_cases: `${canary} use cases`,
  security_plan: `${canary} security`,
  ...changes,
})
const traces = [/zq7canary/i, /010-9753-8642/, /1987-06-05/]

/** Returns the places that contain the canary although they must not. */
async function leaks(): Promise<string[]> {
  const tables = await everything()
  const places = Object.entries(tables).map(([name, rows]) => [name, rows.join('\n')] as const)
  places.push(['logs', logged.join('\n')], ['subjects', outbox.map(({ subject }) => subject).join('\n')])
  return places.filter(([, text]) => traces.some((trace) => trace.test(text))).map(([name]) => name)
}

const submission = {
  values: Object.fromEntries(Object.entries(form()).filter(([field]) => field in formFields)),
  language: 'ko' as const,
  granted: { review: true, overseas: true, news: false },
}

describe('what a person typed', () => {
  it('lies in no table, log line or subject in readable form, all the way to a working key', async () => {
    const { key, id, statusToken } = await tenantWithKey(marked())
    await asOperator('GET', `/admin/v1/applications/${id}`)
    await asOperator('POST', `/admin/v1/applications/${id}/reveal`, { reason: 'Check' })
    await call('GET', `/v1/applications/${id}/data`, { token: statusToken })
    await call('GET', '/v1/keys', { token: key })
    expect(await leaks()).toEqual([])
    // That the search sees what is there: ids in every table that has them, records as stored.
    const tables = await everything()
    expect(tables.applications!.join()).toContain(id)
    expect(tables.audit_log!.join()).toContain(id)
    expect(tables.sealed_records).toHaveLength(2)
    expect(outbox.some(({ to }) => to.includes('zq7canary'))).toBe(true)
  })

  it('does not leak through questions, answers, changes and rejections either', async () => {
    const { id, statusToken } = await verified(marked())
    await decide(id, 'request-info', { question: `${canary} question` })
    await call('PATCH', `/v1/applications/${id}`, {
      token: statusToken,
      body: { answer: `${canary} answer` },
    })
    await call('PATCH', `/v1/applications/${id}`, { token: statusToken, body: { name: `${canary} again` } })
    const rejection = { code: 'other', message: `${canary} message` }
    expect((await decide(id, 'reject', rejection)).status).toBe(200)
    await settled()
    expect(await leaks()).toEqual([])
  })

  it('does not leak through refusals: no field is echoed, nothing is stored', async () => {
    const wrong: [string, unknown][] = [
      ...Object.keys(marked()).map((field): [string, unknown] => [
        field,
        `${canary}\u0007${'x'.repeat(5000)}`,
      ]),
      ['purpose', canary],
      ['affiliation', canary],
      ['consents', { review: canary }],
      ['language', canary],
    ]
    for (const [field, value] of wrong) {
      const answer = await call('POST', '/v1/applications', {
        body: form(marked({ [field]: value })),
        headers: { 'cf-connecting-ip': field },
      })
      expect(answer.status, field).toBe(400)
      for (const trace of traces) expect(answer.text, field).not.toMatch(trace)
    }
    const { id, statusToken } = await apply()
    const conflict = await decide(id, 'reject', { code: 'other', message: `${canary} too early` })
    expect(conflict.body.code).toBe('conflict')
    expect(conflict.text).not.toMatch(traces[0]!)
    const unknown = await call('GET', `/v1/applications/${canary}`, { token: statusToken })
    expect(unknown.text).not.toMatch(traces[0]!)
    expect(await leaks()).toEqual([])
  })

  it('does not leak when the database fails in the middle', async () => {
    const { access } = breakingGate()
    const attempt = access.applicationService.submit({ ...submission, values: marked() as never })
    const error = await attempt.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(await leaks()).toEqual([])
  })

  it('does not leak through a mail transport that quotes the address in its error', async () => {
    vi.restoreAllMocks()
    catchMails(100)
    const { id } = await apply(marked())
    await eventually(async () => {
      const mail = await env.DB.prepare('select status, failure, attempts from mails').first()
      expect(mail).toMatchObject({ status: 'queued', failure: 'not_delivered', attempts: 1 })
    })
    expect((await asOperator('GET', '/admin/v1/applications?status=submitted')).body.data[0].id).toBe(id)
    expect(await leaks()).toEqual([])
  })

  it('is shown to an operator only on request, with the reason in the audit log', async () => {
    const { id } = await verified(marked())
    for (const path of ['', '?status=all']) {
      const list = await asOperator('GET', `/admin/v1/applications${path}`)
      for (const trace of traces) expect(list.text).not.toMatch(trace)
    }
    const shown = await asOperator('GET', `/admin/v1/applications/${id}`)
    for (const field of ['name', 'company', 'department', 'position']) {
      expect(shown.text).not.toContain(`${canary}-${field}`)
    }
    expect((await asOperator('POST', `/admin/v1/applications/${id}/reveal`, {})).status).toBe(400)
    const revealed = await asOperator('POST', `/admin/v1/applications/${id}/reveal`, {
      reason: 'Identity check',
    })
    expect(revealed.body.person).toMatchObject({ name: `${canary}-name`, phone: '010-9753-8642' })
    const audit = await asOperator('GET', '/admin/v1/audit')
    expect(audit.body.data[0]).toMatchObject({
      action: 'application.reveal',
      subject: id,
      detail: { reason: 'Identity check' },
    })
  })

  it('is read by nobody before the address is verified', async () => {
    const { id } = await apply(marked())
    const shown = await asOperator('GET', `/admin/v1/applications/${id}`)
    expect(shown.body).toMatchObject({ status: 'submitted', request: null })
    const revealed = await asOperator('POST', `/admin/v1/applications/${id}/reveal`, { reason: 'Curious' })
    expect(revealed.body.code).toBe('conflict')
    expect((await asOperator('GET', '/admin/v1/applications')).body.data).toEqual([])
  })
})

describe('sealed records', () => {
  const secret = (letter: string) => btoa(letter.repeat(32))
  const record = async (vault: EnvelopeVault, id = 'app_1'): Promise<SealedRecord> =>
    vault.seal(id, 'person', { name: canary }, 1)

  it('open with their own key only, and not in the place of another record', async () => {
    const vault = new EnvelopeVault(new MasterKeys(secret('a'), undefined))
    const [one, two] = [await record(vault, 'app_1'), await record(vault, 'app_2')]
    expect(await vault.open(one)).toEqual({ name: canary })
    await expect(vault.open({ ...one, id: two.id })).rejects.toThrow()
    await expect(vault.open({ ...one, ciphertext: two.ciphertext })).rejects.toThrow()
    const flipped = one.ciphertext.slice()
    flipped[20]! ^= 1
    await expect(vault.open({ ...one, ciphertext: flipped })).rejects.toThrow()
    const other = new EnvelopeVault(new MasterKeys(secret('b'), undefined))
    await expect(other.open(one)).rejects.toMatchObject({ failure: { code: 'not_configured' } })
  })

  it('refuse a master secret that is too short, missing or not base64', async () => {
    for (const weak of [undefined, btoa('short'), 'not base64!']) {
      const vault = new EnvelopeVault(new MasterKeys(weak, undefined))
      await expect(record(vault)).rejects.toMatchObject({ failure: { code: 'not_configured' } })
    }
  })

  it('are wrapped anew by a rotation without their data being touched; hashes stay', async () => {
    const first = ownGate()
    const { id } = await first.applicationService.submit(submission)
    await first.audit.commit({ actor: 'test', action: 'before', subject: id }, [])
    const before = await listSealed(id)

    const masterKeys = new MasterKeys(secret('n'), env.MASTER_SECRET)
    const database = controlDatabase(env.DB)
    const parts = { database, masterKeys, vault: new EnvelopeVault(masterKeys) }
    expect(await rotateMasterSecret(parts, 1)).toMatchObject({ remaining: 1 })
    expect(await rotateMasterSecret(parts)).toMatchObject({ remaining: 0 })
    const after = await listSealed(id)
    expect(after.map(({ ciphertext }) => ciphertext)).toEqual(before.map(({ ciphertext }) => ciphertext))
    expect(after.map(({ wrapped_key }) => wrapped_key)).not.toEqual(
      before.map(({ wrapped_key }) => wrapped_key),
    )

    // The old secret may now be thrown away: a gate that knows only the new one reads on, and finds duplicates.
    const next = ownGate({ env: { ...env, MASTER_SECRET: secret('n') } })
    expect(await next.applications.open(id, 'person')).toMatchObject({ email: 'hana@example.com' })
    const { id: again } = await next.applicationService.submit(submission)
    const found = await next.reviewService.reviewContexts([await next.applications.get(again)])
    expect(found.get(again)!.duplicates).toEqual({ sameEmail: [id], sameCompany: [id] })
    expect(await next.audit.verify()).toEqual({ rows: 1, brokenAt: null })
    await expect(first.applications.open(id, 'person')).rejects.toMatchObject({
      failure: { code: 'not_configured' },
    })
    await next.mailQueue.sendDue()
  })
})

/** A gate whose transactions fail after everything was prepared. */
function breakingGate() {
  const database = controlDatabase(env.DB)
  vi.spyOn(database, 'batch').mockRejectedValue(new Error('D1_ERROR: Network connection lost.'))
  return { access: ownGate({ database }) }
}
