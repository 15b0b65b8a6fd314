import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TenantExport } from '../../schema/api/tenant-transfer.ts'
import type { CreatedWebhook, Webhook } from '../../schema/api/webhooks.ts'
import { adminSecret } from '../built-gateway.ts'
import { runStart, temporaryState } from '../end-to-end/start.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'

const folder = temporaryState()
const file = join(folder.path, 'tenant.keval')
const tenant = 'ten_demo'
let node: JudgingNode
let source: EvaluatingGateway
let target: EvaluatingGateway
let done: string
let running: string
let shared: string
/** A key that only the first gateway has made. */
let key: string
/** A webhook of the tenant, with the secret that stays behind. */
let webhook: { id: string; secret: string }
const before: Record<string, string> = {}

beforeAll(async () => {
  node = await judgingNode('judge')
  writeWhatTheAnswerSays(node)
  source = await startEvaluating({ NODES: node.url })
  target = await startEvaluating({ NODES: node.url })
  done = await source.begin(
    'model=judge&name=moved&tags=nightly',
    makeRows([0, 5, 10, 'nothing'], { label: 5 }),
  )
  await source.ended(done)
  await source.fetch(`/v1/evaluations/${done}/rows/1/labels/1`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    // a line separator of Unicode is text, and ends no line of the file
    body: JSON.stringify({ label: 1, note: '첫째\u2028둘째' }),
  })
  const form = new FormData()
  form.append('purpose', 'batch')
  form.append('file', new File(['{"custom_id":"a"}\n'], 'input.jsonl'))
  expect((await source.fetch('/v1/files', { method: 'POST', body: form })).status).toBe(200)
  const link = await source.call(`/v1/evaluations/${done}/share-links`, {})
  shared = new URL(((await link.json()) as { url: string }).url).pathname
  const made = await source.call('/v1/keys', { name: 'second' })
  key = ((await made.json()) as { key: string }).key
  const hook = { url: 'https://example.org/keval', events: ['evaluation.completed'] }
  const { id, secret } = (await (await source.call('/v1/webhooks', hook)).json()) as CreatedWebhook
  webhook = { id, secret }
  for (const path of paths()) before[path] = await text(source, path)

  node.delayMs = 300
  running = await source.begin('model=judge&name=running', makeRows(Array(60).fill(7)))
  await vi.waitFor(
    async () => {
      const { counts } = await source.get<{ counts: { rated: number } }>(`/v1/evaluations/${running}`)
      expect(counts.rated).toBeGreaterThan(0)
    },
    { timeout: 20_000, interval: 50 },
  )
})
afterAll(async () => {
  await source.stop()
  await target.stop()
  await node.close()
  folder.remove()
})

const paths = () => [
  `/v1/evaluations/${done}`,
  `/v1/evaluations/${done}/report`,
  `/v1/evaluations/${done}/results?texts=true`,
  `/v1/evaluations/${done}/labels`,
  '/v1/judgments?limit=50',
  '/v1/files',
  '/v1/datasets?name=moved',
  '/v1/leaderboard?dataset=moved',
]

const text = async (gateway: EvaluatingGateway, path: string) => {
  const response = await gateway.fetch(path)
  expect(response.status, path).toBe(200)
  return response.text()
}

/** Runs `npm run tenant`. */
async function command(gateway: EvaluatingGateway, ...args: string[]) {
  const environment = {
    KEVAL_URL: gateway.url,
    ADMIN_SECRET: adminSecret,
    KEVAL_BACKUP_PASSPHRASE: 'correct horse battery staple',
  }
  const { ended, output } = runStart(environment, { script: 'scripts/tenant/cli.ts', args })
  return { code: await ended, output: output() }
}

const state = (gateway: EvaluatingGateway, step: 'suspend' | 'resume') =>
  gateway.operator(`/admin/v1/tenants/${tenant}/${step}`, { reason: 'moves' })
const status = async (gateway: EvaluatingGateway) =>
  ((await (await gateway.operator(`/admin/v1/tenants/${tenant}`)).json()) as { status: string }).status

describe('a tenant that moves', () => {
  it('is exported once it is suspended', async () => {
    const open = await command(source, 'export', tenant, file)
    expect(open).toMatchObject({ code: 1, output: expect.stringContaining('must be "suspended"') })
    expect((await state(source, 'suspend')).status).toBe(200)
    node.delayMs = 0
    // judgments that were in flight are stored before the tenant stands still
    await vi.waitFor(
      async () => {
        rmSync(file, { force: true })
        const exported = await command(source, 'export', tenant, file, '--encrypt')
        expect(exported.code, exported.output).toBe(0)
      },
      { timeout: 60_000, interval: 500 },
    )
    expect(readFileSync(file).subarray(0, 22).toString()).toBe('age-encryption.org/v1\n')
    expect((await command(source, 'export', tenant, file)).output).toContain('exists already')
  })

  it('is not imported over a tenant, nor from a damaged file', async () => {
    const over = await command(target, 'import', file)
    expect(over).toMatchObject({
      code: 1,
      output: expect.stringContaining('The tenant ten_demo already exists'),
    })
    expect(await status(target)).toBe('active')
    await target.operator(`/admin/v1/tenants/${tenant}`, undefined, 'DELETE')
    const damaged = join(folder.path, 'damaged.keval')
    const bytes = readFileSync(file)
    bytes[bytes.length - 100]! ^= 1
    writeFileSync(damaged, bytes)
    const refused = await command(target, 'import', damaged)
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('cannot be read') })
    expect((await target.operator(`/admin/v1/tenants/${tenant}`)).status).toBe(404)
  })

  it('is closed to everybody while an import is under way, and goes away when it is deleted', async () => {
    const response = await source.operator(`/admin/v1/tenants/${tenant}/export`)
    const head = (await response.json()) as TenantExport
    expect(JSON.stringify(head)).not.toContain(key)
    expect(head.webhooks).toMatchObject([{ id: webhook.id }])
    expect(JSON.stringify(head.webhooks)).not.toMatch(/secret/i)
    expect((await target.operator('/admin/v1/tenants/import', head)).status).toBe(201)
    expect((await target.operator('/admin/v1/tenants/import', head)).status).toBe(409)
    const append = (table: string, body: object) =>
      target.operator(`/admin/v1/tenants/${tenant}/import/${table}`, body)
    const row = { from: 0, columns: ['subject', 'arrival'], rows: [['tenant', 1]] }
    expect((await append('rate_marks', row)).status).toBe(200)
    // sent again, as after an answer that was lost
    expect(await (await append('rate_marks', row)).json()).toMatchObject({ rows: 1 })
    const skipping = await append('rate_marks', { ...row, from: 5 })
    expect(await skipping.json()).toMatchObject({ status: 409, reason: 'transfer_out_of_order' })
    for (const [table, body, code] of [
      ['sqlite_master', row, 'transfer_unknown_table'],
      ['rate_marks', { ...row, columns: ['subject', 'arrival"--'] }, 'transfer_unknown_column'],
      ['rate_marks', { ...row, rows: [['tenant']] }, 'transfer_row_length'],
    ] as const) {
      expect(await (await append(table, body)).json()).toMatchObject({ status: 400, errors: [{ code }] })
    }
    const early = await target.operator(`/admin/v1/tenants/${tenant}/import`, { tables: head.tables })
    expect(await early.json()).toMatchObject({ errors: [{ code: 'transfer_rows_differ' }] })
    expect(
      (await fetch(`${target.url}/v1/usage`, { headers: { authorization: `Bearer ${key}` } })).status,
    ).toBe(403)
    expect((await state(target, 'resume')).status).toBe(409)
    expect(await status(target)).toBe('importing')
    const deleted = await target.operator(`/admin/v1/tenants/${tenant}`, undefined, 'DELETE')
    expect(deleted.status).toBe(200)
  })

  it('has everything on the other gateway, under the same keys, and goes on where it stood', async () => {
    const imported = await command(target, 'import', file)
    expect(imported.code, imported.output).toBe(0)
    expect(await status(target)).toBe('suspended')
    target.key = key
    expect((await target.fetch('/v1/usage')).status).toBe(403)
    expect((await state(target, 'resume')).status).toBe(200)
    await vi.waitFor(async () => expect((await target.fetch('/v1/usage')).status).toBe(200), {
      timeout: 20_000,
      interval: 500,
    })
    for (const path of paths().filter((one) => !one.includes('judgments'))) {
      expect(await text(target, path), path).toBe(before[path])
    }
    const stored = JSON.parse(before['/v1/judgments?limit=50']!).data as { id: string }[]
    for (const { id } of stored) {
      expect(await (await target.fetch(`/v1/judgments/${id}`)).status).toBe(200)
    }
    expect((await fetch(target.url + shared)).status).toBe(200)

    // webhooks come without their secrets, and are off until they have new ones
    const hooks = await target.get<{ data: Webhook[] }>('/v1/webhooks')
    expect(hooks.data).toMatchObject([
      {
        id: webhook.id,
        url: 'https://example.org/keval',
        events: ['evaluation.completed'],
        disabled: 'moved',
      },
    ])
    const turnOn = () => target.call(`/v1/webhooks/${webhook.id}`, { enabled: true }, { method: 'PATCH' })
    const tooEarly = await turnOn()
    expect(tooEarly.status).toBe(409)
    expect(await tooEarly.json()).toMatchObject({ code: 'conflict', reason: 'webhook_secret_unknown' })
    const rotated = await target.fetch(`/v1/webhooks/${webhook.id}/rotate`, { method: 'POST' })
    const { secret } = (await rotated.json()) as CreatedWebhook
    expect([secret.slice(0, 6), secret === webhook.secret]).toEqual(['whsec_', false])
    const on = await turnOn()
    expect(await on.json()).toMatchObject({ disabled: null })

    const ended = await target.ended(running, 80_000)
    expect(ended.counts).toMatchObject({ judgments: 60, rated: 60, failed: 0, pending: 0 })
    expect(ended.imported).toBeNull()
    // each of its 64 judgments was counted once, on the one gateway or the other
    const usage = await target.get<{ data: { rated: number; no_rating: number }[] }>('/v1/usage')
    const sum = usage.data.reduce((total, { rated, no_rating }) => total + rated + no_rating, 0)
    expect(sum).toBe(64)

    const log = await target.operator(`/admin/v1/audit?subject=${tenant}`)
    const actions = ((await log.json()) as { data: { action: string }[] }).data.map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['tenant.import', 'tenant.imported']))
  })
})
