import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { unusedPort } from '../unused-port.ts'
import { application } from './application.ts'
import { type Served, serve } from './serve.ts'
import { type SmtpBox, smtpBox, smtpUser } from './smtp-box.ts'
import { runStart, temporaryState } from './start.ts'

/** `npm run serve`: the service for others, with its node supervised and its mails sent by SMTP. */

const root = join(import.meta.dirname, '../..')
const state = temporaryState()
const other = temporaryState()
let smtp: SmtpBox
let served: Served

beforeAll(async () => {
  smtp = await smtpBox(other.path)
  served = await serve({
    KEVAL_STATE: state.path,
    PUBLIC_URL: 'https://keval.example',
    TRUSTED_PROXIES: '127.0.0.1',
    MAIL_FROM: 'keval <keval@keval.example>',
    SMTP_HOST: 'localhost',
    SMTP_PORT: String(smtp.port),
    SMTP_USER: smtpUser.user,
    SMTP_PASSWORD: smtpUser.password,
    SMTP_CA_FILE: smtp.caFile,
    SMTP_RETURN_PATH: 'bounces@keval.example',
    APPLICATION_FIELDS: '{"phone":"absent"}',
    DATA_LOCATION: '{"ko":"서울의 자체 서버","en":"our own server in Seoul"}',
  })
})
afterAll(async () => {
  await served.stop()
  await smtp.close()
  state.remove()
  other.remove()
})

// the form of this service has no phone
const { phone: _, ...withoutPhone } = application

async function apply(email: string): Promise<{ id: string }> {
  const form = (await (await fetch(`${served.gateway}/v1/application-form`)).json()) as {
    consent_version: string
  }
  const consents = { review: true, version: form.consent_version }
  const response = await fetch(`${served.gateway}/v1/applications`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...withoutPhone, email, consents }),
  })
  expect(response.status, await response.clone().text()).toBe(201)
  return (await response.json()) as { id: string }
}

const findMails = async (id: string) => {
  const response = await served.operator(`/admin/v1/applications/${id}`)
  return ((await response.json()) as { mails: { status: string; failure: string | null }[] }).mails
}

/** A delivery report that a mail server sends to the return path. Source: RFC 3464. */
const toReport = (returned: string, action: string) =>
  [
    'From: MAILER-DAEMON@mx.example',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'The following address is not known here.',
    '--part',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; gone@example.com',
    `Action: ${action}`,
    'Status: 5.1.1',
    '',
    '--part',
    'Content-Type: message/rfc822',
    '',
    returned,
    '--part--',
    '',
  ].join('\r\n')

function bounce(message: string, folder = state.path) {
  const env = { ...process.env, KEVAL_STATE: folder }
  const command = ['scripts/keval-edge.ts', 'bounce']
  const { status, stderr } = spawnSync('node', command, { cwd: root, env, input: message })
  return { status, stderr: stderr.toString() }
}

describe('a service', () => {
  it('names where data lies in the consents, and asks for none to a transfer that does not happen', async () => {
    const form = await (await fetch(`${served.gateway}/v1/application-form`)).json()
    const { consents } = form as { consents: { kind: string; ko: string; en: string }[] }
    expect(consents.map(({ kind }) => kind)).toEqual(['review', 'news'])
    expect(consents[0]!.ko).toContain('보관 장소: 서울의 자체 서버')
    expect(consents[0]!.en).toContain('Stored at: our own server in Seoul')
  })

  it('makes no demo tenant and prints no key', async () => {
    const tenants = await served.operator('/admin/v1/tenants')
    expect((await tenants.json()) as { data: unknown[] }).toMatchObject({ data: [] })
    expect(served.output()).not.toMatch(/kev_(test|live)_/)
  })

  it('passes its settings on', async () => {
    const form = await (await fetch(`${served.gateway}/v1/application-form`)).json()
    expect(JSON.stringify(form)).not.toContain('"phone":"required"')
  })

  it('sends mails by SMTP, encrypted and signed in, with links to its public address', async () => {
    await apply('hana@example.com')
    await vi.waitFor(() => expect(smtp.mails).toHaveLength(1), { timeout: 20_000 })
    const [mail] = smtp.mails
    expect(mail).toMatchObject({ from: 'bounces@keval.example', to: 'hana@example.com', secure: true })
    const body = mail!.content.split('\r\n\r\n').slice(1).join('\n')
    const readable = /base64/i.test(mail!.content)
      ? Buffer.from(body, 'base64').toString('utf8')
      : body.replace(/=\r?\n/g, '').replace(/=3D/g, '=')
    expect(readable).toContain('https://keval.example/verify#')
    // what was sent by SMTP does not lie in a folder as well
    expect(readdirSync(state.path)).not.toContain('outbox')
  })

  it('shows a mail that was refused for good, and tries one again that was put off', async () => {
    const [refused, busy] = [await apply('refused@example.com'), await apply('busy@example.com')]
    await vi.waitFor(
      async () => {
        expect(await findMails(refused.id)).toMatchObject([{ status: 'failed', failure: 'refused' }])
        expect(await findMails(busy.id)).toMatchObject([{ status: 'queued', failure: 'not_delivered' }])
      },
      { timeout: 20_000 },
    )
  })

  it('shows a mail that came back later, when the mail server hands the report over', async () => {
    const { id } = await apply('gone@example.com')
    await vi.waitFor(async () => expect(await findMails(id)).toMatchObject([{ status: 'sent' }]), {
      timeout: 20_000,
    })
    const sent = smtp.mails.find(({ to }) => to === 'gone@example.com')!.content
    expect(bounce(toReport(sent, 'delayed'))).toMatchObject({ status: 0 })
    expect(bounce('Subject: hello\r\n\r\nmail_0123456789abcdefghij@keval-edge')).toMatchObject({ status: 0 })
    expect(bounce(toReport('Message-ID: <mail_0123456789abcdefghij@keval-edge>', 'failed'))).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('There is no mail'),
    })
    expect(await findMails(id)).toMatchObject([{ status: 'sent' }])
    for (const _ of ['first', 'again']) expect(bounce(toReport(sent, 'failed'))).toMatchObject({ status: 0 })
    expect(await findMails(id)).toMatchObject([{ status: 'failed', failure: 'bounced' }])
    // the mail server keeps the report while the gateway does not run
    const elsewhere = join(state.path, 'elsewhere')
    expect(bounce(toReport(sent, 'failed'), elsewhere)).toMatchObject({ status: 75 })
  })

  it('goes on when its node dies, and starts it again', async () => {
    await vi.waitFor(async () => expect((await fetch(`${served.node}/health`)).status).toBe(200), {
      timeout: 60_000,
      interval: 200,
    })
    const children = execFileSync('pgrep', ['-P', String(served.process.pid), '-f', 'inference-node/cli'])
    process.kill(Number(children.toString().split('\n')[0]), 'SIGKILL')
    await vi.waitFor(() => expect(served.output()).toMatch(/inference node ended .*\(1 so far\)/), {
      timeout: 20_000,
    })
    expect((await fetch(`${served.gateway}/healthz`)).status).toBe(200)
    await vi.waitFor(async () => expect((await fetch(`${served.node}/health`)).status).toBe(200), {
      timeout: 60_000,
      interval: 200,
    })
  })
})

it('answers no request before its tables are there', async () => {
  const first = temporaryState()
  const port = await unusedPort()
  const adminSecret = 'the-secret-of-this-test-0000'
  const statuses = new Set<number>()
  const isOver = new AbortController()
  const ask = async () => {
    while (!isOver.signal.aborted) {
      const headers = { authorization: `Bearer ${adminSecret}` }
      await fetch(`http://127.0.0.1:${port}/admin/v1/applications`, { headers }).then(
        ({ status }) => statuses.add(status),
        () => new Promise((resolve) => setTimeout(resolve, 2)),
      )
    }
  }
  const asking = ask()
  try {
    const served = await serve({
      KEVAL_STATE: first.path,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      ADMIN_SECRET: adminSecret,
    })
    await vi.waitFor(() => expect(statuses.size).toBeGreaterThan(0), { timeout: 30_000 })
    isOver.abort()
    await asking
    await served.stop()
    expect([...statuses]).toEqual([200])
  } finally {
    isOver.abort()
    first.remove()
  }
})

it('a start with wrong settings names them all and starts nothing', async () => {
  const { ended, output } = runStart(
    { KEVAL_STATE: other.path, PUBLIC_URL: 'keval.example', TENANT_STORAGE_BYTES: 'much' },
    { script: 'scripts/serve.ts' },
  )
  expect(await ended).toBe(1)
  expect(output()).toContain('2 settings are wrong:')
  expect(output()).toContain('PUBLIC_URL: must begin with http:// or https://.')
})
