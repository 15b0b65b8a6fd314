import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ReplayingNode, replayingNode } from '../fixtures/replaying-node.ts'
import { findToken, waitForMail } from '../outbox.ts'
import { application } from './application.ts'
import { filesBelow } from './files.ts'
import { type Started, start, temporaryState } from './start.ts'

const state = temporaryState()
let node: ReplayingNode
let started: Started

beforeAll(async () => {
  node = await replayingNode('keval-2-9b', () => 'Rating: [[7]]')
  started = await start({ KEVAL_STATE: state.path, KEVAL_NODES: node.url })
})
afterAll(async () => {
  await started.stop()
  await node.close()
  state.remove()
})

async function send(method: string, path: string, bearer?: string, body?: unknown) {
  const response = await fetch(`${started.gateway}${path}`, {
    method,
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text) }
}

async function apply(values: object) {
  const { body: form } = await send('GET', '/v1/application-form')
  // the data lies on this machine: there is no transfer abroad to consent to
  expect(form.consents.map(({ kind }: { kind: string }) => kind)).toEqual(['review', 'news'])
  const consents = { review: true, version: form.consent_version }
  return send('POST', '/v1/applications', undefined, { ...values, consents })
}

/** The one-time token of the newest mail in the local outbox that `count` mails have reached. */
const mailedToken = async (count: number) => findToken(await waitForMail(join(state.path, 'outbox'), count))

it('goes from the application to a judgment with the applicant’s own key', async () => {
  const applied = await apply(application)
  expect(applied).toMatchObject({ status: 201, body: { status: 'submitted' } })
  const { id, status_token: statusToken } = applied.body
  expect(await send('POST', `/v1/verifications/${await mailedToken(1)}`)).toMatchObject({ status: 200 })

  const listed = await send('GET', '/admin/v1/applications', started.adminSecret)
  expect(JSON.stringify(listed.body)).toContain(id)
  expect(JSON.stringify(listed.body)).not.toMatch(/김하나|hana@example|010-1234/)

  const revision = listed.body.data[0].revision
  const approve = `/admin/v1/applications/${id}/approve`
  expect(await send('POST', approve, 'not-the-secret', { revision, plan: 'research' })).toMatchObject({
    status: 401,
  })
  const approved = await send('POST', approve, started.adminSecret, { revision, plan: 'research' })
  expect(approved.status).toBe(200)
  expect(JSON.stringify(approved.body)).not.toMatch(/kev_live_|kot_/)

  const claimToken = await mailedToken(2)
  const claimed = await send('POST', `/v1/claims/${claimToken}`)
  expect(claimed).toMatchObject({
    status: 201,
    body: { key: expect.stringMatching(/^kev_live_[0-9A-Za-z]{36}$/) },
  })
  expect((await send('POST', `/v1/claims/${claimToken}`)).status).toBeGreaterThanOrEqual(400)
  expect(await send('GET', `/v1/applications/${id}`, statusToken)).toMatchObject({
    body: { status: 'claimed' },
  })

  const judgment = { model: 'keval-2-9b', question: '질문', answer: '답' }
  expect(await send('POST', '/v1/judgments', claimed.body.key, judgment)).toMatchObject({
    status: 200,
    body: { rating: 7 },
  })
  const own = await send('GET', '/v1/judgments', claimed.body.key)
  const others = await send('GET', '/v1/judgments', started.key)
  expect([own.body.data.length, others.body.data.length]).toEqual([1, 0])
})

it('keeps what was typed out of every file, and the bytes of what was withdrawn out of the database', async () => {
  const secret = 'Qx9Planted'
  const marked = { ...application, name: secret, company: secret, reason: `${secret} `.repeat(100) }
  const applied = await apply(marked)
  const { id, status_token: statusToken } = applied.body
  await mailedToken(3)
  const sealed = sealedBytes(id)
  expect(sealed).toHaveLength(4)
  expect(databaseFiles().some((file) => sealed.some((bytes) => readFileSync(file).includes(bytes)))).toBe(
    true,
  )

  expect(await send('DELETE', `/v1/applications/${id}`, statusToken)).toMatchObject({ status: 200 })
  await started.stop()
  for (const file of databaseFiles().filter((file) => file.endsWith('.sqlite'))) {
    // The write-ahead log is SQLite's own past; folding it in leaves the database as it is now.
    const database = new DatabaseSync(file)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
  }
  for (const file of filesBelow(state.path)) {
    const content = readFileSync(file)
    if (!file.includes('outbox')) expect(content.includes(secret), file).toBe(false)
    expect(
      sealed.some((bytes) => content.includes(bytes)),
      file,
    ).toBe(false)
  }
  expect(started.output()).not.toContain(secret)
})

const databaseFiles = () =>
  filesBelow(join(state.path, 'v3')).filter((file) => /[\\/]d1[\\/]/.test(file) && file.includes('.sqlite'))

/** The wrapped key and the end of the ciphertext of both records of an application, as stored. */
function sealedBytes(id: string): Buffer[] {
  const file = databaseFiles().find((path) => path.endsWith('.sqlite') && !path.includes('metadata'))!
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = database
    .prepare('select wrapped_key, ciphertext from sealed_records where application_id = ?')
    .all(id) as { wrapped_key: Uint8Array; ciphertext: Uint8Array }[]
  database.close()
  return rows.flatMap((row) => [Buffer.from(row.wrapped_key), Buffer.from(row.ciphertext.slice(-40))])
}
