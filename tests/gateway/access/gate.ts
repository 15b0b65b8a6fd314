import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { createAccess } from '../../../gateway/access/access.ts'
import { shownConsents } from '../../../gateway/access/applications/form/consents.ts'
import { dataLocation } from '../../../gateway/access/applications/form/data-location.ts'
import { retentionPeriods } from '../../../gateway/access/retention/periods.ts'
import { controlDatabase } from '../../../gateway/platform/control-database.ts'
import { MasterKeys } from '../../../gateway/vault/master-keys.ts'

/** The gate as applicants, reviewers and tenants meet it: over HTTP, with the mails they get. */

export interface SentMail {
  id: string
  to: string
  subject: string
  text: string
}

export const outbox: SentMail[] = []
export const origin = 'https://keval.test'

/** Files mails instead of sending them; `fails` makes the transport fail as often as it says. */
export function catchMails(fails = 0): void {
  outbox.length = 0
  let failures = fails
  const plainFetch = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init)
    if (request.url.startsWith('http://node.test')) return new Response(null, { status: 503 })
    if (!request.url.startsWith('http://outbox.test')) return plainFetch(request)
    if (failures-- > 0) return new Response('mailbox of somebody@example.com is full', { status: 550 })
    outbox.push(await request.json())
    return new Response(null, { status: 202 })
  })
}

/** Waits until something holds; long, for machines that are busy. */
export const eventually = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 })

/** Waits for the mails that are sent after an answer, so that no work is left when the storage is emptied. */
export async function settled(): Promise<void> {
  const open = () =>
    env.DB.prepare(
      "select count(*) as n from mails where status = 'sending' or (status = 'queued' and attempts = 0)",
    )
  await eventually(async () => expect(await open().first('n')).toBe(0))
}

/** For files whose every test files mails: begins each with an empty outbox and leaves nothing running or changed. */
export function filesMails(): void {
  beforeEach(() => catchMails())
  afterEach(async () => {
    await settled()
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
}

export interface CallOptions {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

// biome-ignore lint/suspicious/noExplicitAny: bodies are compared member by member, which is their check
export interface Answer<T = any> {
  status: number
  headers: Headers
  body: T
  text: string
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function call<T = any>(
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const { token, body, headers = {} } = options
  const response = await exports.default.fetch(
    new Request(origin + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  )
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? null : JSON.parse(text),
  }
}

export const asOperator = (method: string, path: string, body?: unknown) =>
  call(method, path, { token: env.ADMIN_SECRET, ...(body !== undefined && { body }) })

/** The revision of an application, read without a look that would take it up. */
export const readRevision = async (id: string) =>
  (await env.DB.prepare('select revision from applications where id = ?').bind(id).first<number>('revision'))!

/** Decides about an application as it is now; `body` may name another revision. */
export const decide = async (id: string, step: string, body: object = {}) =>
  asOperator('POST', `/admin/v1/applications/${id}/${step}`, { revision: await readRevision(id), ...body })

/** The version of the consents under the settings of the tests. */
export const consentVersion = shownConsents(
  retentionPeriods(undefined).rejected,
  dataLocation(undefined),
).version

export const form = (changes: Record<string, unknown> = {}) => ({
  name: '김하나',
  date_of_birth: '1990-01-31',
  affiliation: 'company',
  company: '하나연구소',
  department: '언어팀',
  position: '연구원',
  email: 'hana@example.com',
  phone: '010-1234-5678',
  purpose: 'research',
  model: 'keval-2-9b',
  model_version: '2',
  reason: '한국어 평가에 알맞기 때문입니다.',
  objectives: '모델의 한국어 답변을 평가합니다.',
  use_cases: '연구용 평가 데이터 80문항을 채점합니다.',
  security_plan: '결과는 사내에만 두고 키는 금고에 보관합니다.',
  consents: { review: true, overseas: true, news: false, version: consentVersion },
  language: 'ko',
  ...changes,
})

export interface Applicant {
  id: string
  statusToken: string
}

export async function apply(changes: Record<string, unknown> = {}): Promise<Applicant> {
  const answer = await call('POST', '/v1/applications', { body: form(changes) })
  expect(answer.status, answer.text).toBe(201)
  return { id: answer.body.id, statusToken: answer.body.status_token }
}

/** Waits for a mail to somebody and gives the one-time token in it. */
export async function linkTo(email: string, page: 'verify' | 'claim' | 'status'): Promise<string> {
  const find = () => outbox.findLast(({ to, text }) => to === email && text.includes(`/${page}#`))
  await eventually(() => expect(find()).toBeDefined())
  return /#(kot_\w+)/.exec(find()!.text)![1]!
}

export async function verified(changes: Record<string, unknown> = {}): Promise<Applicant> {
  const applicant = await apply(changes)
  const token = await linkTo(String(changes.email ?? form().email), 'verify')
  const answer = await call('POST', `/v1/verifications/${token}`)
  expect(answer.status, answer.text).toBe(200)
  return applicant
}

export async function approved(changes: Record<string, unknown> = {}, grant: object = {}) {
  const applicant = await verified(changes)
  const answer = await decide(applicant.id, 'approve', grant)
  expect(answer.status, answer.text).toBe(200)
  const claim = await linkTo(String(changes.email ?? form().email), 'claim')
  return { ...applicant, tenantId: answer.body.tenant_id as string, claim }
}

export async function tenantWithKey(changes: Record<string, unknown> = {}, grant: object = {}) {
  const applicant = await approved(changes, grant)
  const answer = await call('POST', `/v1/claims/${applicant.claim}`)
  expect(answer.status, answer.text).toBe(201)
  return { ...applicant, key: answer.body.key as string, keyId: answer.body.id as string }
}

/** A gate beside the one that answers requests, over the same tables: another isolate, or one in trouble. */
export function ownGate(changes: Partial<Parameters<typeof createAccess>[0]> = {}) {
  const { MASTER_SECRET, MASTER_SECRET_PREVIOUS } = changes.env ?? env
  return createAccess({
    env,
    database: controlDatabase(env.DB),
    masterKeys: new MasterKeys(MASTER_SECRET, MASTER_SECRET_PREVIOUS),
    destroyData: (tenantId) => env.TENANTS.getByName(tenantId).destroy(),
    now: () => Date.now(),
    ...changes,
  })
}
