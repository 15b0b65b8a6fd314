import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { JudgingNode } from '../../evaluations/judging-node.ts'
import { makeRows } from '../../evaluations/rows.ts'
import { findToken, readMails, waitForMail } from '../../outbox.ts'
import { application } from '../application.ts'
import { filesBelow } from '../files.ts'
import type { Served } from '../serve.ts'

/** The content of a filled state folder, which a later version has to find again. */
export interface FilledState {
  version: string
  key: string
  tenant: string
  application: string
  statusToken: string
  evaluation: string
  judgment: string
  batch: string
  audit: string
  /** Answers of the API by path, with the parts that have to stay as they are. */
  answers: Record<string, unknown>
}

const faulty = '고장'

/** Makes a node give the rating that is written in the answer, and 5 where an audit has changed it. */
export function writeRating(node: JudgingNode): void {
  node.write = ({ messages }) => {
    const { content } = messages.at(-1)!
    const rating = /답변 <(\d+)>/.exec(content)?.[1] ?? 5
    return content.includes(faulty) ? null : `설명입니다.\nRating: [[${rating}]]`
  }
}

type Answer = Record<string, never> & { [field: string]: never }

/** Nothing of it ends before the state is opened years later. */
const longLivedPlan = {
  name: 'Demo',
  requests_per_minute: 600,
  concurrent: 16,
  tokens_per_day: 5_000_000,
  models: null,
  evaluation_rows: 2000,
  retention_days: 3650,
}

/** Settings under which a kept state loses nothing to its age, and webhooks stay on this machine. */
export const stateSettings = {
  WEBHOOK_ADDRESSES: 'any',
  RETENTION: JSON.stringify(
    Object.fromEntries(
      ['unverified', 'unanswered', 'unclaimed', 'rejected', 'inactive', 'ended'].map((period) => [
        period,
        3650,
      ]),
    ),
  ),
}

/** Puts data into every part of the service, through its API alone. */
export async function fillState(served: Served, state: string, node: string): Promise<FilledState> {
  const key = /demo key\s+(\S+)/.exec(served.output())![1]!
  const admin = JSON.parse(readFileSync(join(state, 'secrets.json'), 'utf8')).admin as string
  const send = sender(served.gateway)
  const operate = (method: string, path: string, body?: unknown) => send(method, path, admin, body)
  const use = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    send(method, path, key, body, headers)

  await operate('PUT', '/admin/v1/plans/demo', longLivedPlan)
  await operate('POST', '/admin/v1/nodes', { id: 'seoul', url: node, secret: 'secret-of-the-node-000000' })
  await operate('POST', '/admin/v1/node-join-tokens', { note: 'seoul' })
  const { application: applied, statusToken } = await becomeTenant('hana@example.com', send, operate, state)
  const before = await listTenants(operate)
  await becomeTenant('gone@example.com', send, operate, state)
  const gone = (await listTenants(operate)).find((id) => !before.includes(id))!
  await operate('DELETE', `/admin/v1/tenants/${gone}`)
  // one application stays unverified, with its link
  await apply('duri@example.com', send)

  const once = { 'idempotency-key': 'once' }
  const request = { model: 'judge', question: '질문', answer: '답변 <7> 그대로' }
  const { id: judgment } = await use('POST', '/v1/judgments', request, once)
  // nothing listens there: the message stays due
  await use('POST', '/v1/webhooks', { url: 'http://127.0.0.1:1/ended' })
  await fail(served.gateway, key)
  await signInAndOut(served.gateway, key)
  const evaluation = await evaluate(use)
  const batch = await runBatch(served.gateway, key, use)
  const audit = await runAudit(use)
  const { version } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
  ) as { version: string }
  const filled = {
    version,
    key,
    tenant: before[0]!,
    application: applied,
    statusToken,
    evaluation,
    judgment,
    batch,
    audit,
  }
  return { ...filled, answers: await readAnswers(served.gateway, { ...filled, admin }) }
}

/** Leaves a session of the console that was signed out before its time. */
async function signInAndOut(gateway: string, key: string): Promise<void> {
  const ask = (path: string, cookie: string, form?: Record<string, string>) =>
    fetch(gateway + path, {
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    })
  const signedIn = await ask('/sign-in', '', { credential: key })
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]!)
  const page = await (await ask('/keys', cookie.join('; '))).text()
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)![1]!
  await ask('/sign-out', cookie.join('; '), { csrf, role: 'tenant' })
}

/** Answers that a later version must give: paths, and the fields that may not change. */
const questions = (
  filled: Omit<FilledState, 'answers'>,
): [string, 'key' | 'admin' | 'status', string[]][] => [
  [`/v1/judgments/${filled.judgment}`, 'key', ['id', 'rating', 'verdict', 'explanation']],
  [`/v1/evaluations/${filled.evaluation}`, 'key', ['id', 'status', 'counts']],
  [`/v1/evaluations/${filled.evaluation}/rows/1`, 'key', ['row', 'id', 'category', 'turns']],
  [`/v1/batches/${filled.batch}`, 'key', ['id', 'status', 'request_counts']],
  [`/v1/audits/${filled.audit}`, 'key', ['id', 'status', 'model']],
  [`/v1/applications/${filled.application}`, 'status', ['id', 'status']],
  [`/v1/applications/${filled.application}/data`, 'status', ['form', 'consents']],
  [`/admin/v1/tenants/${filled.tenant}`, 'admin', ['id', 'status', 'plan']],
]

/** Asks a gateway that runs on a filled state, and keeps the fields that stay. */
export async function readAnswers(
  gateway: string,
  filled: Omit<FilledState, 'answers'> & { admin: string },
): Promise<Record<string, unknown>> {
  const send = sender(gateway)
  const bearers = { key: filled.key, admin: filled.admin, status: filled.statusToken }
  const answers: Record<string, unknown> = {}
  for (const [path, bearer, fields] of questions(filled)) {
    const answer = await send('GET', path, bearers[bearer])
    answers[path] = Object.fromEntries(fields.map((field) => [field, answer[field] ?? null]))
  }
  return answers
}

type Send = (
  method: string,
  path: string,
  bearer?: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

const sender =
  (gateway: string): Send =>
  async (method, path, bearer, body, headers = {}) => {
    const response = await fetch(gateway + path, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json',
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return text === '' ? {} : JSON.parse(text)
  }

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>

async function listTenants(operate: Call): Promise<string[]> {
  const { data } = (await operate('GET', '/admin/v1/tenants')) as unknown as { data: { id: string }[] }
  return data.map(({ id }) => id)
}

async function apply(email: string, send: Send) {
  const form = await send('GET', '/v1/application-form')
  const consents = { review: true, news: true, version: form.consent_version }
  const applied = await send('POST', '/v1/applications', undefined, {
    ...application,
    email,
    model: 'judge',
    consents,
  })
  const { id, status_token: statusToken } = applied as unknown as { id: string; status_token: string }
  return { application: id, statusToken }
}

/** Applies, is approved, and claims a key. */
async function becomeTenant(email: string, send: Send, operate: Call, state: string) {
  const outbox = join(state, 'outbox')
  const mails = readMails(outbox).length
  const token = async (count: number) => findToken(await waitForMail(outbox, mails + count))
  const applied = await apply(email, send)
  await send('POST', `/v1/verifications/${await token(1)}`)
  const { revision } = await operate('GET', `/admin/v1/applications/${applied.application}`)
  await operate('POST', `/admin/v1/applications/${applied.application}/approve`, {
    revision,
    plan: 'research',
  })
  await send('POST', `/v1/claims/${await token(2)}`)
  return applied
}

/** A judgment that no node can make. */
async function fail(gateway: string, key: string): Promise<void> {
  const response = await fetch(`${gateway}/v1/judgments`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'judge', question: '질문', answer: faulty }),
  })
  if (response.ok) throw new Error('A judgment that must fail was made.')
}

async function evaluate(use: Call): Promise<string> {
  const rows = makeRows([1, 5, 10, 0], { category: 'writing', model: 'A' })
  const lines = rows.map((row) => JSON.stringify(row)).join('\n')
  const { id } = await use('POST', '/v1/evaluations?model=judge&name=fixture&dataset=fixture', lines)
  await until(async () => ((await use('GET', `/v1/evaluations/${id}`)).status === 'completed' ? true : null))
  await use('PUT', `/v1/evaluations/${id}/rows/1/labels/1`, { label: 6 })
  await use('POST', `/v1/evaluations/${id}/share-links`, { expires_in_days: 90 })
  return id
}

async function runBatch(gateway: string, key: string, use: Call): Promise<string> {
  const line = {
    custom_id: 'one',
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'judge', messages: [{ role: 'user', content: '답변 <3>' }] },
  }
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('file', new Blob([JSON.stringify(line)]), 'input.jsonl')
  const uploaded = await fetch(`${gateway}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  })
  const { id: input } = (await uploaded.json()) as { id: string }
  const { id } = await use('POST', '/v1/batches', {
    input_file_id: input,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  await until(async () => ((await use('GET', `/v1/batches/${id}`)).status === 'completed' ? true : null))
  return id
}

async function runAudit(use: Call): Promise<string> {
  const rows = Array.from({ length: 12 }, (_, index) => ({
    id: `q${index}`,
    question: `${index}번째 질문입니다.`,
    answer: `답변 <${index % 11}> 첫째 문장입니다. 둘째 문장입니다.`,
  }))
  const lines = rows.map((row) => JSON.stringify(row)).join('\n')
  const { id } = await use('POST', '/v1/audits?model=judge&name=fixture&repeats=2', lines)
  await until(async () => ((await use('GET', `/v1/audits/${id}`)).status === 'completed' ? true : null))
  return id
}

/** Waits for what happens in the background. */
async function until<Value>(look: () => Value | null | Promise<Value | null>): Promise<Value> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const value = await Promise.resolve(look())
    if (value !== null) return value
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('What was waited for did not happen within a minute.')
}

/** The tables of a state folder that hold no row, as `plane/table`. */
export function emptyTables(state: string): string[] {
  const rows = new Map<string, number>()
  for (const file of filesBelow(join(state, 'v3')).filter((path) => path.endsWith('.sqlite'))) {
    const plane = /[\\/]d1[\\/]/.test(file) ? 'control' : 'tenant'
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as {
        name: string
      }[]
      for (const { name } of tables.filter(
        (table) => !/^(sqlite|_cf|_mf|__drizzle)_|^d1_migrations$/.test(table.name),
      )) {
        const { count } = database.prepare(`SELECT count(*) AS count FROM "${name}"`).get() as {
          count: number
        }
        rows.set(`${plane}/${name}`, (rows.get(`${plane}/${name}`) ?? 0) + count)
      }
    } finally {
      database.close()
    }
  }
  return [...rows].filter(([, count]) => count === 0).map(([table]) => table)
}
