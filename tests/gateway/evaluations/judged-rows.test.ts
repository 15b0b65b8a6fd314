import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

beforeEach(() => {
  catchMails()
  judgeAtNodeTest(() => '좋은 답입니다.\n\nRating: [[7]]')
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

/** Judges one row and answers the evaluation with its judgments, the first turn first. */
async function judged(key: string, row: object) {
  const upload = await call('POST', '/v1/evaluations?model=judge&name=rows', { token: key, body: row })
  expect(upload.status, upload.text).toBe(201)
  const { id } = upload.body
  await vi.waitFor(
    async () => {
      const { body } = await call('GET', `/v1/evaluations/${id}`, { token: key })
      expect(body.status).toBe('completed')
    },
    { timeout: 10_000, interval: 50 },
  )
  const { body } = await call('GET', `/v1/judgments?evaluation=${id}`, { token: key })
  const first = body.data.find(({ template }: { template: string }) => !template.endsWith('multi-turn'))
  const second = body.data.find(({ template }: { template: string }) => template.endsWith('multi-turn'))
  return { id, first, second }
}

const stored = (tenantId: string, question: string) =>
  runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) =>
    storage.sql.exec(question).toArray(),
  )

const turns = [
  { question: '첫 질문', answer: '첫 답' },
  { question: '둘째 질문', answer: '둘째 답' },
]

describe('the texts of a judged row', () => {
  it('are kept once, and shown with each judgment as they were sent', async () => {
    const { key, tenantId } = await tenantWithKey()
    const { first, second } = await judged(key, { turns })
    const show = async (id: string) => (await call('GET', `/v1/judgments/${id}`, { token: key })).body
    expect(await show(first.id)).toEqual({ ...first, input: turns[0] })
    expect(await show(second.id)).toEqual({ ...second, input: { turns } })
    const [{ texts }] = (await stored(
      tenantId,
      "select count(*) as texts from judgments where request || judgment like '%첫 답%'",
    )) as [{ texts: number }]
    expect(texts).toBe(0)
  })

  it('of a prompt of a test set stand in the place of the question, and are replayed byte for byte', async () => {
    const { key } = await tenantWithKey()
    const { first } = await judged(key, {
      score: 7,
      pairs: [{ prompt: '심판입니다.', input: '평가해 주세요' }],
    })
    const { body } = await call('GET', `/v1/judgments/${first.id}`, { token: key })
    expect(body).toMatchObject({ template: 'custom', input: { question: '평가해 주세요', answer: '' } })
    const replay = await call('POST', `/v1/judgments/${first.id}/replay`, { token: key })
    expect(replay.status, replay.text).toBe(200)
    expect(replay.body).toMatchObject({
      outcome: 'identical',
      judgment: { template: 'custom', provenance: { prompt_sha256: first.provenance.prompt_sha256 } },
    })
  })

  it('stay with their judgments when the evaluation is deleted, and go with the last of them', async () => {
    const { key, tenantId } = await tenantWithKey()
    const { id, first, second } = await judged(key, { turns })
    const remove = (path: string) => call('DELETE', path, { token: key })
    expect((await remove(`/v1/evaluations/${id}`)).status).toBe(204)
    const rows = () => stored(tenantId, 'select number from evaluation_rows')
    expect((await call('GET', `/v1/judgments/${second.id}`, { token: key })).body.input).toEqual({ turns })
    expect((await remove(`/v1/judgments/${second.id}`)).status).toBe(204)
    expect((await call('GET', `/v1/judgments/${first.id}`, { token: key })).body.input).toEqual(turns[0])
    expect(await rows()).toHaveLength(1)
    await remove(`/v1/judgments/${first.id}`)
    expect(await rows()).toEqual([])
  })

  it('stay with an evaluation whose judgments were deleted', async () => {
    const { key, tenantId } = await tenantWithKey()
    const { id, first, second } = await judged(key, { turns })
    for (const one of [first, second]) await call('DELETE', `/v1/judgments/${one.id}`, { token: key })
    expect(await stored(tenantId, 'select number from evaluation_rows')).toHaveLength(1)
    const { body } = await call('GET', `/v1/evaluations/${id}/report`, { token: key })
    expect(body.summary).toMatchObject({ rows: 1, rated: 2, mean_rating: 7 })
  })
})

describe('a judgment stored whole, as before texts were kept once', () => {
  it('is read as it was written', async () => {
    const { key, tenantId } = await tenantWithKey()
    const { first } = await judged(key, { question: '질문', answer: '답' })
    const request = { model: 'judge', protocol: 'ko-bench', question: '질문', answer: '답', n: 1 }
    await runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
      storage.sql.exec(
        'update judgments set evaluation_row = null, request = ?, judgment = ?',
        JSON.stringify(request),
        JSON.stringify(first),
      )
    })
    const { body } = await call('GET', `/v1/judgments/${first.id}`, { token: key })
    expect(body).toEqual({ ...first, input: { question: '질문', answer: '답' } })
    const page = await call('GET', '/v1/judgments', { token: key })
    expect(page.body.data).toEqual([first])
  })

  it('is not replayed with another prompt than it was made with', async () => {
    const { key, tenantId } = await tenantWithKey()
    const { first } = await judged(key, {
      score: 7,
      pairs: [{ prompt: '심판입니다.', input: '평가해 주세요' }],
    })
    const request = { model: 'judge', protocol: 'ko-bench', question: '평가해 주세요', answer: '', n: 1 }
    await runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
      storage.sql.exec('update judgments set evaluation_row = null, request = ?', JSON.stringify(request))
    })
    const replay = await call('POST', `/v1/judgments/${first.id}/replay`, { token: key })
    expect(replay.status).toBe(409)
    expect(replay.body).toMatchObject({ code: 'conflict' })
  })
})
