import { exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, catchMails, origin, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

/** A judge that gives the rating that stands in the last answer, `<7>`, and quotes the answer. */
beforeEach(() => {
  catchMails()
  atNodeTest(async (path, request) => {
    if (path === '/v1/models') return Response.json({ object: 'list', data: [{ id: 'judge' }] })
    const { messages } = await request.json<{ messages: { content: string }[] }>()
    const rating = [...messages.at(-1)!.content.matchAll(/<(\w+)>/g)].at(-1)![1]!
    return toCompletion(
      rating === 'none' ? '모르겠습니다.' : `차분한 설명 ${rating}번입니다.\n\nRating: [[${rating}]]`,
    )
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const given = [
  { id: 'a', category: '수학', model: '가', label: 9, question: '한라산의 높이는?', answer: '1,947 m <7>' },
  { id: 'b', category: '글쓰기', model: '나', question: '봄 시를 써 줘', answer: '**봄** "Spring" 100% <0>' },
  {
    id: 'c',
    category: '글쓰기',
    model: '나',
    label: 5,
    turns: [
      { question: '첫 질문', answer: '첫 답 <10>' },
      { question: '둘째 질문', answer: 'Plain English words only, nothing else <5>' },
    ],
  },
  { id: 'd', category: '수학', model: '가', question: '1+1', answer: '셋 <none>' },
]

async function evaluated() {
  const { key, keyId } = await tenantWithKey()
  const upload = await exports.default.fetch(
    new Request(`${origin}/v1/evaluations?model=judge&name=rows`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: given.map((row) => JSON.stringify(row)).join('\n'),
    }),
  )
  const { id } = await upload.json<{ id: string }>()
  const path = `/v1/evaluations/${id}`
  await vi.waitFor(
    async () => expect((await call('GET', path, { token: key })).body.status).toBe('completed'),
    { timeout: 10_000, interval: 50 },
  )
  const get = async (rest: string) => (await call('GET', `${path}${rest}`, { token: key })).body
  const found = async (query: string) => {
    const { data, total } = await get(`/rows?${query}`)
    expect(total).toBe(data.length)
    return data.map((row: { id: string }) => row.id).join('')
  }
  const send = (method: string, rest: string, body?: object) =>
    call(method, `${path}${rest}`, { token: key, ...(body !== undefined && { body }) })
  return { id, key, keyId, get, found, send }
}

describe('the rows of an evaluation', () => {
  it('are chosen by what stands in them, sorted, and paged', async () => {
    const { get, found } = await evaluated()
    expect(await found('')).toBe('abcd')
    expect(await found('search=%EB%9D%BC%EC%82%B0')).toBe('a')
    expect(await found('search=spring')).toBe('b')
    expect(await found(`search=${encodeURIComponent('"Spring" 100%')}`)).toBe('b')
    expect(await found('search=%EC%84%A4%EB%AA%85%2010')).toBe('c')
    // what the judge wrote would tell a person who labels blind
    expect(await found('search=%EC%84%A4%EB%AA%85%2010&search_in=judged')).toBe('')
    expect(await found('search=%EB%9D%BC%EC%82%B0&search_in=judged')).toBe('a')
    // names of fields are no text
    expect(await found('search=answer')).toBe('')
    expect(await found('search=reference')).toBe('')
    expect(await found('search=_')).toBe('')
    expect(await found('category=%EC%88%98%ED%95%99')).toBe('ad')
    expect(await found('model=%EB%82%98')).toBe('bc')
    expect(await found('turn=2')).toBe('c')
    expect(await found('verdict=no_rating')).toBe('d')
    expect(await found('max_rating=0')).toBe('b')
    expect(await found('min_rating=7&turn=1')).toBe('ac')
    expect(await found('warning=script_mismatch')).toBe('c')
    expect(await found('min_difference=2')).toBe('a')
    expect(await found('labelled=yes')).toBe('ac')
    expect(await found('sort=lowest_rating')).toBe('bacd')
    expect(await found('sort=disagreement')).toBe('acbd')
    const page = await get('/rows?limit=2&offset=2')
    expect([page.data.length, page.total, page.has_more]).toEqual([2, 4, false])
    expect((await get('/rows?offset=9')).total).toBe(4)
    expect(page.data[0]).toMatchObject({
      row: 3,
      question: '첫 질문',
      turns: [
        { turn: 1, rating: 10, label: null, difference: null, labelled_by_hand: false, verdict: 'rated' },
        { turn: 2, rating: 5, label: 5, difference: 0, labelled_by_hand: false },
      ],
    })
  })

  it('are shown whole, with their neighbours under the same filters', async () => {
    const { get } = await evaluated()
    const row = await get('/rows/3?category=%EA%B8%80%EC%93%B0%EA%B8%B0&sort=highest_rating')
    expect(row).toMatchObject({ row: 3, id: 'c', prompt: null })
    expect(row.place).toEqual({ position: 1, total: 2, previous: null, next: 2 })
    expect(row.turns[1]).toMatchObject({
      question: '둘째 질문',
      results: [
        { rating: 5, explanation: '차분한 설명 5번입니다.', warnings: [{ code: 'script_mismatch' }] },
      ],
    })
    const places = [1, 2, 4].map(async (number) => (await get(`/rows/${number}`)).place)
    expect(await Promise.all(places)).toEqual([
      { position: 1, total: 4, previous: null, next: 2 },
      { position: 2, total: 4, previous: 1, next: 3 },
      { position: 4, total: 4, previous: 3, next: null },
    ])
    expect((await get('/rows/1?verdict=no_rating')).place).toBeNull()
    expect((await get('/rows/9')).reason).toBe('no_evaluation_row')
    expect((await get('/rows?sort=best')).errors[0].field).toBe('sort')
  })
})

describe('a label given by hand', () => {
  it('counts in place of the one of the file, in the report too, until it is taken back', async () => {
    const { get, send, found, keyId } = await evaluated()
    const before = await get('/report')
    expect([before.agreement.pairs, before.agreement.mean_absolute_error]).toEqual([2, 1])

    const labelled = await send('PUT', '/rows/1/labels/1', { label: 7, note: '=근거' })
    expect(labelled.body).toMatchObject({ pairs: 2, by_hand: 1, mean_absolute_error: 0 })
    const more = await send('PUT', '/rows/2/labels/1', { label: 0 })
    expect(more.body).toMatchObject({ pairs: 3, by_hand: 2, mean_absolute_error: 0 })
    const report = await get('/report')
    expect([report.agreement.pairs, report.agreement.mean_absolute_error]).toEqual([3, 0])
    expect((await get('/rows/1')).turns[0]).toMatchObject({
      label: 7,
      labelled_by_hand: { label: 7, note: '=근거', key: keyId },
    })
    expect(await found('labelled=by_hand')).toBe('ab')
    expect(await found('search=%EA%B7%BC%EA%B1%B0')).toBe('a')

    const back = await send('DELETE', '/rows/1/labels/1')
    expect(back.body).toMatchObject({ pairs: 3, by_hand: 1 })
    await send('DELETE', '/rows/2/labels/1')
    expect(await get('/report')).toEqual(before)
    expect((await send('DELETE', '/rows/2/labels/1')).body.reason).toBe('no_row_label')
  })

  it('is refused out of range, and for a turn that is not judged', async () => {
    const { send } = await evaluated()
    for (const label of [-1, 10.5, '7']) {
      expect((await send('PUT', '/rows/1/labels/1', { label })).status).toBe(400)
    }
    expect((await send('PUT', '/rows/1/labels/2', { label: 5 })).body.reason).toBe('no_evaluation_row')
    expect((await send('PUT', '/rows/1/labels/3', { label: 5 })).status).toBe(400)
  })

  it('is exported, and goes with its evaluation', async () => {
    const { id, key, send } = await evaluated()
    await send('PUT', '/rows/3/labels/2', { label: 4, note: '=1+1' })
    await send('PUT', '/rows/1/labels/1', { label: 8 })
    const file = async (format: string) => {
      const response = await exports.default.fetch(
        new Request(`${origin}/v1/evaluations/${id}/labels?format=${format}`, {
          headers: { authorization: `Bearer ${key}` },
        }),
      )
      expect(response.headers.get('content-disposition')).toContain(`filename="rows labels.${format}"`)
      return (await response.text()).trim().split(/\r?\n/)
    }
    const lines = (await file('jsonl')).map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { row: 1, id: 'a', turn: 1, label: 8, note: '', rating: 7, answer: '1,947 m <7>' },
      { row: 3, id: 'c', turn: 2, label: 4, note: '=1+1', rating: 5, question: '둘째 질문' },
    ])
    expect(Number.isNaN(Date.parse(lines[0].updated_at))).toBe(false)
    const csv = await file('csv')
    expect(csv[0]).toMatch(/^row,id,model,category,turn,label,note/)
    expect(csv[2]).toContain("3,c,나,글쓰기,2,4,'=1+1,5,둘째 질문")
    expect((await send('DELETE', '')).status).toBe(204)
    expect((await send('GET', '/labels')).status).toBe(404)
  })

  it('is invisible to other tenants', async () => {
    const { id } = await evaluated()
    const other = await tenantWithKey({ email: 'other@example.com' })
    for (const [method, path, body] of [
      ['GET', 'rows'],
      ['GET', 'rows/1'],
      ['GET', 'agreement'],
      ['GET', 'labels'],
      ['PUT', 'rows/1/labels/1', { label: 5 }],
      ['DELETE', 'rows/1/labels/1'],
    ] as const) {
      const answer = await call(method, `/v1/evaluations/${id}/${path}`, { token: other.key, body })
      expect([path, answer.status]).toEqual([path, 404])
    }
  })
})
