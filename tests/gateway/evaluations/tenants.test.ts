import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tenantEvaluations } from '../../../gateway/evaluations/tenant-evaluations.ts'
import type { EvaluationOptions } from '../../../schema/api/evaluation-request.ts'
import type { Report } from '../../../schema/api/reports.ts'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

describe('evaluations of different tenants', () => {
  it('are invisible to each other', async () => {
    const mine = await tenantWithKey({ email: 'mine@example.com' })
    const theirs = await tenantWithKey({ email: 'theirs@example.com' })
    const upload = await call('POST', '/v1/evaluations?model=judge&name=secret', {
      token: mine.key,
      body: { question: '질문', answer: '답' },
    })
    expect(upload.status, upload.text).toBe(201)
    const { id } = upload.body
    await vi.waitFor(
      async () => {
        const { body } = await call('GET', `/v1/evaluations/${id}`, { token: mine.key })
        expect(body.status).toBe('completed')
      },
      { timeout: 10_000, interval: 50 },
    )

    const shared = await call('POST', `/v1/evaluations/${id}/share-links`, { token: mine.key, body: {} })
    expect(shared.status, shared.text).toBe(201)

    for (const [method, path] of [
      ['GET', `/v1/evaluations/${id}`],
      ['GET', `/v1/evaluations/${id}/results`],
      ['GET', `/v1/evaluations/${id}/report`],
      ['GET', `/v1/evaluations/${id}/export`],
      ['GET', `/v1/evaluations/${id}/comparison?with=${id}`],
      ['POST', `/v1/evaluations/${id}/cancel`],
      ['POST', `/v1/evaluations/${id}/resume`],
      ['GET', `/v1/evaluations/${id}/share-links`],
      ['POST', `/v1/evaluations/${id}/share-links`],
      ['DELETE', `/v1/evaluations/${id}/share-links/${shared.body.id}`],
      ['DELETE', `/v1/evaluations/${id}`],
    ] as const) {
      const body = method === 'POST' ? { body: {} } : {}
      expect([path, (await call(method, path, { token: theirs.key, ...body })).status]).toEqual([path, 404])
    }
    const links = await call('GET', `/v1/evaluations/${id}/share-links`, { token: mine.key })
    expect(links.body.data).toMatchObject([{ id: shared.body.id }])
    for (const path of ['/v1/evaluations', '/v1/leaderboard']) {
      expect((await call('GET', path, { token: theirs.key })).body.data).toEqual([])
      expect((await call('GET', path, { token: mine.key })).body.data).toHaveLength(1)
    }

    // an archive that changes hands makes an evaluation of the other tenant, and knows nothing of the first one's
    const send = (key: string, method: string, path: string, body?: ArrayBuffer) =>
      exports.default.fetch(
        new Request(`https://keval.test${path}`, {
          method,
          headers: {
            authorization: `Bearer ${key}`,
            ...(body !== undefined && { 'content-type': 'application/zip' }),
          },
          ...(body !== undefined && { body }),
        }),
      )
    const archive = await (await send(mine.key, 'GET', `/v1/evaluations/${id}/export`)).arrayBuffer()
    expect((await send(mine.key, 'POST', '/v1/evaluations/import', archive)).status).toBe(409)
    const imported = await send(theirs.key, 'POST', '/v1/evaluations/import', archive)
    expect(imported.status).toBe(201)
    const { id: copy } = await imported.json<{ id: string }>()
    expect((await call('GET', `/v1/evaluations/${copy}`, { token: mine.key })).status).toBe(404)
    expect((await call('DELETE', `/v1/evaluations/${copy}`, { token: theirs.key })).status).toBe(204)
    expect((await call('GET', `/v1/evaluations/${id}`, { token: mine.key })).status).toBe(200)
  })
})

describe('an evaluation of 100,000 rows', () => {
  const options: EvaluationOptions = {
    name: 'large',
    model: 'judge',
    protocol: 'ko-bench',
    template: null,
    summary: 'mean',
    repeats: 1,
    temperature: null,
    seed: null,
    maxTokens: null,
    retentionDays: 30,
    onWeightsChange: 'pause',
    answerFaults: null,
  }
  const row = (number: number) => ({
    number,
    id: `row-${number}`,
    idIsGiven: true,
    model: null,
    category: `category ${number % 8}`,
    label: number % 11,
    input: { turns: [{ question: `질문 ${number}`, answer: '답'.repeat(100) }] },
    planned: [[1, 'single-v1']] as [number, string][],
    prefix: `질문 ${number}`,
    questionDigest: String(number),
    turnDigests: [String(number)],
    itemDigest: String(number),
    published: null,
    languagesDiffer: number % 50 === 0,
  })

  it('is reported from tallies: asking again reads no row and no judgment', async () => {
    const { key, tenantId } = await tenantWithKey()
    const tenant = env.TENANTS.getByName(tenantId)
    const evaluations = tenantEvaluations(tenant)
    await evaluations.open('evl_large', 'key', options, null)
    await evaluations.append('evl_large', [row(1)])
    // the rest, without sending it
    await runInDurableObject(tenant, (_, { storage }) => {
      storage.sql.exec(`
        with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < 100000)
        insert into evaluation_rows select evaluation_id, n, 'row-' || n, id_is_given, model, 'category ' || (n % 8), n % 11,
          input, planned, prefix, question_digest, turn_digests, item_digest, published, n % 50 = 0, sample
        from numbers join evaluation_rows on number = 1`)
      storage.sql.exec(`
        insert into evaluation_judgments (evaluation_id, position, row, turn, repeat, template, label, state, rating)
        select evaluation_id, number - 1, number, 1, 1, 'single-v1', label,
          iif(number % 100 = 0, 'no_rating', 'rated'), iif(number % 100 = 0, null, (label + number % 3) % 11)
        from evaluation_rows`)
      storage.sql.exec(
        "update evaluations set status = 'completed', judgments = 100000, rated = 99000, wrong = 1000, rows = 100000",
      )
    })
    const report = () => call<Report>('GET', '/v1/evaluations/evl_large/report', { token: key })
    const { body } = await report()
    expect(body.summary).toMatchObject({ rows: 100_000, rated: 99_000, wrong: 1000, few_rows: false })
    expect(body.categories).toHaveLength(8)
    expect(body.per_turn).toHaveLength(8)
    expect(body.diff).toMatchObject({ length: 100_000, wrong: 1000 })
    expect(body.wrong_format.share).toBe(0.01)

    await runInDurableObject(tenant, (_, { storage }) => {
      storage.sql.exec('delete from evaluation_rows')
      storage.sql.exec('delete from evaluation_judgments')
    })
    expect((await report()).body).toEqual(body)
  }, 60_000)
})

/** Judgments get rowids from 1 on, and this test deletes none. */
const countStored = (exec: SqlStorage['exec']) =>
  exec<{ stored: number }>('select coalesce(max(rowid), 0) as stored from judgments').one().stored

describe('a row of an evaluation', () => {
  it('reads as little near the end as at the beginning', async () => {
    const count = 1000
    const { key, tenantId } = await tenantWithKey()
    const tenant = env.TENANTS.getByName(tenantId)
    /** Before each statement that stores judgments: how many are stored, and how many rows of the database were read. */
    const looks: { stored: number; read: number }[] = []
    await runInDurableObject(tenant, (_, { storage }) => {
      const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = []
      let read = 0
      const exec = storage.sql.exec.bind(storage.sql)
      storage.sql.exec = ((statement: string, ...values: unknown[]) => {
        for (const cursor of cursors.splice(0)) read += cursor.rowsRead
        if (statement.startsWith('insert into judgments ')) looks.push({ stored: countStored(exec), read })
        const cursor = exec(statement, ...values)
        cursors.push(cursor)
        return cursor
      }) as typeof exec
    })
    const rows = Array.from({ length: count }, (_, number) => ({
      question: `질문 ${number % 50}`,
      answer: `답 ${number}`,
      label: number % 11,
    }))
    const upload = await exports.default.fetch(
      new Request('https://keval.test/v1/evaluations?model=judge', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: rows.map((row) => JSON.stringify(row)).join('\n'),
      }),
    )
    expect(upload.status).toBe(201)
    const { id } = (await upload.json()) as { id: string }
    const completed = async () =>
      expect((await call('GET', `/v1/evaluations/${id}`, { token: key })).body.status).toBe('completed')
    await vi.waitFor(completed, { timeout: 60_000, interval: 200 })

    const perRow = (from: number, to: number) => {
      const [first, last] = [from, to].map((rows) => looks.find(({ stored }) => stored >= rows)!)
      return (last!.read - first!.read) / (last!.stored - first!.stored)
    }
    const [early, late] = [perRow(50, 200), perRow(count - 201, count - 51)]
    expect(early).toBeGreaterThan(5)
    expect(early).toBeLessThan(50)
    expect(Math.abs(late - early)).toBeLessThan(5)
  }, 90_000)
})

describe('tallies', () => {
  it('that moved with every judgment are those of counting anew', async () => {
    const { key, tenantId } = await tenantWithKey()
    const rows = [3, 8.5, 0, 7].map((rating, index) => ({
      id: String(index),
      model: index % 2 === 0 ? 'a' : 'b',
      label: 7,
      turns: [
        { question: '질문', answer: `<${rating}>` },
        { question: '둘째 질문', answer: `둘째 <${rating}>` },
      ],
    }))
    let asked = 0
    judgeAtNodeTest(() =>
      asked++ % 5 === 4 ? '모르겠습니다.' : `Rating: [[${((asked * 1.7) % 10) | 0}.${asked % 10}]]`,
    )
    const upload = await exports.default.fetch(
      new Request('https://keval.test/v1/evaluations?model=judge&name=t&repeats=3', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: rows.map((row) => JSON.stringify(row)).join('\n'),
      }),
    )
    const begun = await upload.json<{ id: string }>()
    await vi.waitFor(
      async () => {
        const { body } = await call('GET', `/v1/evaluations/${begun.id}`, { token: key })
        expect(body.status).toBe('completed')
      },
      { timeout: 20_000, interval: 100 },
    )
    const report = async () =>
      (await call<Report>('GET', `/v1/evaluations/${begun.id}/report`, { token: key })).body
    const moved = await report()
    expect(moved.summary).toMatchObject({ rows: 4, judgments: 24, wrong: 4 })
    expect(moved.consistency!.compared).toBe(8)
    await runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
      storage.sql.exec('update evaluations set tallied = 0')
    })
    expect(await report()).toEqual(moved)
  })
})
