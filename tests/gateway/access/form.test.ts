import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createApp } from '../../../gateway/app.ts'
import type { Env } from '../../../gateway/env.ts'
import { toNetwork } from '../../../gateway/http/client-address.ts'
import { containsResidentNumber } from '../../../schema/api/resident-number.ts'
import {
  type Answer,
  apply,
  call,
  consentVersion,
  filesMails,
  form,
  linkTo,
  origin,
  outbox,
  verified,
} from './gate.ts'

filesMails()

const submit = (changes: Record<string, unknown>, language = 'en') =>
  call('POST', '/v1/applications', { body: form(changes), headers: { 'accept-language': language } })

const fields = (answer: Answer) => answer.body.errors.map(({ field }: { field: string }) => field).sort()

/** Sends a form to a gateway that is configured otherwise. */
async function submitTo(settings: Partial<Env>, changes: Record<string, unknown>): Promise<Answer> {
  const context = createExecutionContext()
  const request = new Request(`${origin}/v1/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(form(changes)),
  })
  const response = await createApp().fetch(request, { ...env, ...settings }, context)
  await waitOnExecutionContext(context)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
}

describe('the form', () => {
  it('names everything that is wrong at once, in the language of the reader', async () => {
    const wrong = {
      name: undefined,
      email: 'not an address',
      purpose: 'fun',
      date_of_birth: '31.1.1990',
      reason: 'x'.repeat(2001),
      surprise: 1,
      consents: { review: true, overseas: false, version: '2020-01' },
    }
    const korean = await submit(wrong, 'ko')
    expect(korean.status).toBe(400)
    expect(fields(korean)).toEqual([
      'consents.overseas',
      'consents.version',
      'date_of_birth',
      'email',
      'name',
      'purpose',
      'reason',
      'surprise',
    ])
    expect(korean.body.errors).toContainEqual({
      field: 'name',
      code: 'required',
      message: '필수 항목입니다.',
    })
    expect(korean.body.errors).toContainEqual({
      field: 'reason',
      code: 'too_long',
      params: { maximum: 2000 },
      message: '2000자까지 입력할 수 있습니다.',
    })
    const english = await submit(wrong)
    expect(english.body.errors).toContainEqual({ field: 'name', code: 'required', message: 'is required' })
  })

  it('takes the language from the browser where the form names none', async () => {
    const answer = await call('POST', '/v1/applications', {
      body: form({ language: undefined, name: undefined }),
      headers: { 'accept-language': 'en-GB,en;q=0.9,ko;q=0.5' },
    })
    expect(answer.body.errors).toEqual([{ field: 'name', code: 'required', message: 'is required' }])
  })

  it('asks a company for its name and an individual for none', async () => {
    expect(fields(await submit({ company: undefined }))).toEqual(['company'])
    const individual = {
      affiliation: 'individual',
      company: undefined,
      department: undefined,
      position: undefined,
    }
    expect((await submit(individual)).status).toBe(201)
  })

  it('takes nobody under 14, to the day in Korea', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-23T15:30:00Z') })
    const born = (date: string) => submit({ date_of_birth: date, language: 'en' })
    expect((await born('2012-11-24')).status).toBe(201)
    expect((await born('2012-11-25')).body.errors[0].message).toContain('14 years')
    expect((await born('2031-01-01')).body.errors[0].message).toContain('not a valid date')
    vi.useRealTimers()
  })

  it('asks what the operator configures, without code', async () => {
    const settings = {
      APPLICATION_FIELDS: '{"date_of_birth":"absent","over_14":"required","phone":"optional"}',
    }
    const lean = { date_of_birth: undefined, phone: undefined }
    expect((await submitTo(settings, { ...lean, over_14: true })).status).toBe(201)
    expect(fields(await submitTo(settings, lean))).toEqual(['over_14'])
    expect(fields(await submitTo(settings, { over_14: true }))).toEqual(['date_of_birth'])
    const broken = await submitTo({ APPLICATION_FIELDS: '{"email":"absent"}' }, {})
    expect(broken.body.code).toBe('not_configured')
  })

  it('names where the data lies, and asks for the transfer abroad only where there is one', async () => {
    const formUnder = async (DATA_LOCATION: string) => {
      const context = createExecutionContext()
      const request = new Request(`${origin}/v1/application-form`)
      const answer = await createApp().fetch(request, { ...env, DATA_LOCATION } as Env, context)
      await waitOnExecutionContext(context)
      // biome-ignore lint/suspicious/noExplicitAny: compared member by member
      return (await answer.json()) as any
    }
    const seoul = { ko: '서울의 서버', en: 'a server in Seoul' }
    const there = {
      recipient: 'Storage Ltd.',
      contact: 'a@b.example',
      countries: { ko: '일본', en: 'Japan' },
    }
    const [here, abroad] = [
      await formUnder(JSON.stringify(seoul)),
      await formUnder(JSON.stringify({ ...seoul, overseas: there })),
    ]
    expect(here.consents.map(({ kind }: { kind: string }) => kind)).toEqual(['review', 'news'])
    expect(here.consents[0].ko).toContain('보관 장소: 서울의 서버')
    expect(abroad.consents[1]).toMatchObject({ kind: 'overseas', required: true })
    expect(abroad.consents[1].en).toContain(
      'Recipient: Storage Ltd. (contact: a@b.example)\nCountries: Japan',
    )
    expect(abroad.consent_version).not.toBe(here.consent_version)

    const settings = { DATA_LOCATION: JSON.stringify(seoul) }
    const version = here.consent_version
    expect((await submitTo(settings, { consents: { review: true, version } })).status).toBe(201)
    const asked = await submitTo(settings, { consents: { review: true, overseas: true, version } })
    expect(asked.body.errors).toMatchObject([{ field: 'consents.overseas', code: 'not_asked' }])
    // the text was changed while the form was being filled in
    expect(fields(await submitTo(settings, {}))).toContain('consents.version')
    const missing = await submit({ consents: { review: true, version: consentVersion } })
    expect(missing.body.errors).toMatchObject([{ field: 'consents.overseas', code: 'required' }])
    const broken = await submitTo({ DATA_LOCATION: '{"ko":"서울"}' }, {})
    expect(broken.body).toMatchObject({
      code: 'not_configured',
      reason: 'data_location',
      params: { field: 'en' },
    })
  })

  it('refuses resident numbers in every text field, and stores nothing', async () => {
    const texts = [
      'name',
      'company',
      'department',
      'position',
      'reason',
      'objectives',
      'use_cases',
      'security_plan',
    ]
    for (const field of texts) {
      const answer = await submit({ [field]: '번호는 900131-1234567 입니다' })
      expect(answer.body.errors.map((error: { field: string }) => error.field)).toEqual([field])
      expect(answer.text).not.toContain('1234567')
    }
    expect(await env.DB.prepare('select count(*) as n from applications').first('n')).toBe(0)
  })

  it('recognises resident numbers however they are written, and leaves other numbers alone', () => {
    const two = (n: number) => String(n).padStart(2, '0')
    const parts = fc.record({
      year: fc.nat({ max: 99 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
      gender: fc.integer({ min: 1, max: 8 }),
      rest: fc.nat({ max: 999_999 }),
      gap: fc.constantFrom('', '-', ' ', ' - ', '–', '－', '.'),
      before: fc.constantFrom('', '번호 ', '(', '가'),
      wide: fc.boolean(),
    })
    const widen = (text: string) =>
      text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
    fc.assert(
      fc.property(parts, ({ year, month, day, gender, rest, gap, before, wide }) => {
        const number = `${two(year)}${two(month)}${two(day)}${gap}${gender}${String(rest).padStart(6, '0')}`
        expect(containsResidentNumber(before + (wide ? widen(number) : number))).toBe(true)
      }),
    )
    for (const other of [
      '010-1234-5678',
      '2026-11-23',
      '1700000000000',
      '991332-1234567',
      '900131-9234567',
    ]) {
      expect(containsResidentNumber(other), other).toBe(false)
    }
  })

  it('demands Turnstile where it is switched on, and asks the server about the token', async () => {
    const settings = { TURNSTILE_SECRET: 'turnstile-secret', TURNSTILE_SITE_KEY: 'site' }
    const caught = globalThis.fetch
    const asked: unknown[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input as RequestInfo, init)
      if (!request.url.includes('challenges.cloudflare.com')) return caught(request)
      const question = (await request.json()) as { response: string }
      asked.push(question)
      return Response.json({ success: question.response === 'right' })
    })
    expect((await submitTo(settings, { turnstile_token: 'right' })).status).toBe(201)
    expect(asked).toMatchObject([{ secret: 'turnstile-secret', response: 'right' }])
    expect(fields(await submitTo(settings, { turnstile_token: 'wrong' }))).toEqual(['turnstile_token'])
    expect(fields(await submitTo(settings, {}))).toEqual(['turnstile_token'])
  })

  it('answers a known and an unknown address alike', async () => {
    const first = await submit({})
    const second = await submit({})
    expect(second.status).toBe(first.status)
    expect(Object.keys(second.body)).toEqual(Object.keys(first.body))
    expect(second.body.status).toBe(first.body.status)
  })

  it('limits how many forms one address sends, and says until when', async () => {
    const from = (address: string) =>
      call('POST', '/v1/applications', { body: form(), headers: { 'cf-connecting-ip': address } })
    const answers: Answer[] = []
    for (let i = 0; i < 101; i++) answers.push(await from('203.0.113.7'))
    expect(answers.slice(0, 100).every(({ status }) => status === 201)).toBe(true)
    expect(answers[100]!.body.code).toBe('rate_limited')
    expect(Number(answers[100]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await from('203.0.113.8')).status).toBe(201)
    expect(toNetwork('2001:DB8:0:1:aa::1')).toBe(toNetwork('2001:db8::1:0:0:0:2'))
    expect(toNetwork('2001:db8::1')).toBe('2001:db8:0:0::/64')
    expect(toNetwork('2001:db8:0:1::1')).not.toBe(toNetwork('2001:db8:0:2::1'))
    const stored = await env.DB.prepare('select * from attempts').all()
    expect(JSON.stringify(stored)).not.toContain('203.0.113')
  })
})

describe('the consents', () => {
  it('are stored each on its own with version, language and digest of the text shown', async () => {
    const { id, statusToken } = await apply({
      consents: { review: true, overseas: true, version: consentVersion },
    })
    const described = await call('GET', '/v1/application-form')
    const shown = described.body.consents.find(({ kind }: { kind: string }) => kind === 'overseas').ko
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(shown))
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

    const data = await call('GET', `/v1/applications/${id}/data`, { token: statusToken })
    const byKind = Object.fromEntries(data.body.consents.map((c: { kind: string }) => [c.kind, c]))
    expect(byKind.overseas).toMatchObject({
      granted: true,
      version: consentVersion,
      language: 'ko',
      text_digest: hex,
    })
    expect(byKind.news.granted).toBe(false)
  })

  it('name items, purpose, period and the right to refuse, in both languages', async () => {
    const { consents } = (await call('GET', '/v1/application-form')).body
    for (const { ko, en, required } of consents) {
      expect(ko).toMatch(/항목[\s\S]*목적[\s\S]*기간/)
      expect(en).toMatch(/[Ii]tem/)
      if (required) {
        expect(ko).toContain('거부할 권리')
        expect(en).toContain('right to refuse')
      }
    }
  })

  it('to news can be given and taken back at any time, without touching the application', async () => {
    const { id, statusToken } = await apply()
    const news = async (granted: boolean) => {
      await call('PATCH', `/v1/applications/${id}`, { token: statusToken, body: { news: granted } })
      const data = await call('GET', `/v1/applications/${id}/data`, { token: statusToken })
      return data.body.consents.find(({ kind }: { kind: string }) => kind === 'news').granted
    }
    expect(await news(true)).toBe(true)
    expect(await news(false)).toBe(false)
  })

  it('to news cannot be given once the data is destroyed', async () => {
    const { id, statusToken } = await verified()
    await call('DELETE', `/v1/applications/${id}`, { token: statusToken })
    const news = await call('PATCH', `/v1/applications/${id}`, { token: statusToken, body: { news: true } })
    expect([news.status, news.body.code]).toEqual([409, 'conflict'])
    const stored = await env.DB.prepare("select granted from consents where kind = 'news'").first('granted')
    expect(stored).toBe(0)
  })
})

describe('the mail that asks to confirm an address', () => {
  it('carries nothing that was typed: the address may be anybody’s', async () => {
    for (const language of ['ko', 'en']) {
      await apply({ language, name: '당첨! https://evil.example', email: `${language}@example.com` })
      await linkTo(`${language}@example.com`, 'verify')
    }
    expect(outbox).toHaveLength(2)
    for (const { subject, text } of outbox) expect(subject + text).not.toContain('evil.example')
  })
})
