import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../schema/api/comparisons.ts'
import type { Dataset } from '../../schema/api/datasets.ts'
import type { Evaluation, EvaluationPreview } from '../../schema/api/evaluations.ts'
import type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  node.write = () => 'Rating: [[7]]'
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

interface Row {
  question: string
  answer: string
  reference?: string
  category?: string
  model?: string
}
let serial = 0
/** Questions of a set, answered anew. */
const makeRows = (set: string, count: number, over: Partial<Row> = {}): Row[] =>
  Array.from({ length: count }, (_, number) => ({
    question: `${set} 질문 ${number}`,
    answer: `답 ${serial++}`,
    ...over,
  }))

async function evaluate(query: string, rows: readonly Row[]): Promise<Evaluation> {
  return gateway.ended(await gateway.begin(`model=judge&${query}`, rows))
}
const patch = async (digest: string, change: unknown) => {
  const body = JSON.stringify(change)
  const headers = { 'content-type': 'application/json' }
  return gateway.fetch(`/v1/datasets/${digest}`, { method: 'PATCH', body, headers })
}
const list = async (query = '') => (await gateway.get<{ data: Dataset[] }>(`/v1/datasets?${query}`)).data
const board = async (query: string) =>
  (await gateway.get<{ data: LeaderboardEntry[] }>(`/v1/leaderboard?${query}`)).data
const compare = (a: Evaluation, b: Evaluation, language = 'en') =>
  gateway.get<Comparison>(`/v1/evaluations/${a.id}/comparison?with=${b.id}&language=${language}`)

describe('datasets', () => {
  it('are the same whatever the order, the spacing and the answers, and other with another reference or category', async () => {
    const rows = makeRows('순서', 4, { category: '글쓰기', reference: '참고' })
    const first = await evaluate('name=a&dataset=order', rows)
    expect(first.dataset).toMatchObject({ name: 'order', version: 1 })
    const shuffled = [...rows].reverse().map((row) => ({
      ...row,
      answer: 'x',
      question: ` ${row.question.replace(' ', '  ')}\n`.normalize('NFD'),
    }))
    expect((await evaluate('name=b', shuffled)).dataset).toEqual(first.dataset)
    // asked twice, each question still counts once
    expect((await evaluate('name=b', [...rows, ...rows])).dataset).toEqual(first.dataset)
    for (const [index, change] of [{ reference: '다른 참고' }, { category: '수학' }].entries()) {
      const changed = rows.map((row, at) => (at === 2 ? { ...row, ...change } : row))
      const { dataset } = await evaluate('name=c&dataset=order', changed)
      expect(dataset).toMatchObject({ name: 'order', version: index + 2 })
      expect(dataset!.digest).not.toBe(first.dataset!.digest)
    }
    expect(
      (await list('name=order')).map(({ version, questions, evaluations }) => [
        version,
        questions,
        evaluations,
      ]),
    ).toEqual([
      [1, 4, 3],
      [2, 4, 1],
      [3, 4, 1],
    ])
  })

  it('get a proposed name, which a given one replaces, and a given one stays', async () => {
    const rows = makeRows('제안', 3)
    const named = await evaluate('name=model-a', rows)
    expect(named.dataset).toMatchObject({ name: 'model-a', version: 1 })
    expect((await list('name=model-a'))[0]).toMatchObject({ name_source: 'file' })

    const preview = await gateway.upload('model=judge&preview=true&dataset=proper', rows)
    expect(((await preview.json()) as EvaluationPreview).dataset).toEqual({
      digest: named.dataset!.digest,
      name: 'proper',
      version: null,
    })
    const given = await evaluate('name=model-b&dataset=proper', rows)
    expect(given.dataset).toEqual({ digest: named.dataset!.digest, name: 'proper', version: 1 })
    // what was shown under the old name is shown under the new one
    expect((await gateway.get<Evaluation>(`/v1/evaluations/${named.id}`)).dataset!.name).toBe('proper')

    for (const query of ['preview=true&', '']) {
      const refused = await gateway.upload(`model=judge&${query}dataset=another`, rows)
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({
        errors: [
          {
            field: 'dataset',
            code: 'dataset_named_otherwise',
            params: { name: 'proper', version: 1, digest: named.dataset!.digest },
          },
        ],
      })
    }
    for (const wrong of ['%20', 'a%0Ab', 'x'.repeat(201)]) {
      expect((await gateway.upload(`model=judge&dataset=${wrong}`, rows)).status).toBe(400)
    }
  })

  it('take the name of their file of questions, else of the answers', async () => {
    const upload = async (files: Record<string, unknown[]>) => {
      const form = new FormData()
      for (const [name, rows] of Object.entries(files)) {
        form.append('file', new File([rows.map((row) => JSON.stringify(row)).join('\n')], name))
      }
      const path = '/v1/evaluations?model=judge&preview=true'
      const response = await gateway.fetch(path, { method: 'POST', body: form })
      expect(response.status).toBe(200)
      return ((await response.json()) as EvaluationPreview).dataset.name
    }
    expect(await upload({ '내 질문__result.jsonl': makeRows('파일', 2) })).toBe('내 질문')
    const question = { question_id: 1, category: 'writing', turns: ['무엇입니까?'] }
    const answer = { question_id: 1, model_id: 'm', choices: [{ index: 0, turns: ['답'] }] }
    expect(await upload({ 'mt.jsonl': [question], 'm.jsonl': [answer] })).toBe('mt')
  })

  it('are told apart by version in comparisons, in both languages, and in every form of the report', async () => {
    const rows = makeRows('비교', 5)
    const [a, b] = [
      await evaluate('name=a&dataset=비교 셋', rows),
      await evaluate('name=b&dataset=비교 셋', rows.slice(1)),
    ]
    const other = await evaluate('name=c&dataset=else', makeRows('비교', 3, { category: '글' }))
    const compared = await compare(a, b)
    expect([compared.x.dataset, compared.y.dataset]).toEqual([a.dataset, b.dataset])
    expect(compared.notes).toContainEqual({
      code: 'note_other_dataset_version',
      params: { name: '비교 셋', a: 1, b: 2 },
      message: expect.stringContaining('versions of 비교 셋: a version 1, b version 2'),
    })
    expect((await compare(a, b, 'ko')).notes.map(({ message }) => message).join()).toContain(
      '데이터셋 버전이 다릅니다(비교 셋)',
    )
    expect((await compare(a, other)).notes).toContainEqual(
      expect.objectContaining({ code: 'note_other_dataset', params: { a: '비교 셋 v1', b: 'else v1' } }),
    )
    expect((await compare(a, a)).notes.filter(({ code }) => /dataset|questions/.test(code))).toEqual([])
    for (const format of ['html', 'markdown']) {
      const report = await (await gateway.fetch(`/v1/evaluations/${b.id}/report?format=${format}`)).text()
      expect(report).toContain('Dataset 비교 셋 v2')
      const path = `/v1/evaluations/${a.id}/comparison?with=${b.id}&format=${format}&language=ko`
      expect(await (await gateway.fetch(path)).text()).toMatch(/데이터셋 비교 셋 v1.*데이터셋 비교 셋 v2/s)
    }
  })

  it('group and filter the leaderboard; a model that answered a part stands apart', async () => {
    const rows = makeRows('순위', 20)
    const both = [
      ...rows.map((row) => ({ ...row, model: 'whole' })),
      ...rows.slice(5).map((row) => ({ ...row, model: 'part', answer: `${row.answer} b` })),
    ]
    const evaluation = await evaluate('dataset=board', both)
    const second = await evaluate('name=two&dataset=board', rows.slice(1))
    const entries = await board('dataset=board')
    expect(entries.map(({ model, dataset }) => [model, dataset.version, dataset.complete])).toEqual(
      expect.arrayContaining([
        ['whole', 1, true],
        ['part', 1, false],
        ['two', 2, true],
      ]),
    )
    expect(entries).toHaveLength(3)
    expect(entries.find(({ model }) => model === 'whole')!.dataset).toEqual({
      ...evaluation.dataset,
      complete: true,
    })
    expect((await board('dataset=board&version=2')).map(({ evaluation_id }) => evaluation_id)).toEqual([
      second.id,
    ])
    expect(await board('dataset=none')).toEqual([])
  })

  it('are renamed alone or with all versions, and a version is never given twice', async () => {
    const versions = []
    for (const count of [2, 3, 4])
      versions.push((await evaluate('name=m&dataset=old', makeRows('이름', count))).dataset!)
    const [v1, v2, v3] = versions as [(typeof versions)[0], (typeof versions)[0], (typeof versions)[0]]
    const moved = await patch(v3.digest, { name: 'new' })
    expect(await moved.json()).toMatchObject({ name: 'new', version: 1, name_source: 'given' })
    // 3 was given already
    expect((await evaluate('name=m&dataset=old', makeRows('이름', 5))).dataset).toMatchObject({ version: 4 })
    expect((await patch(v1.digest, { name: 'renamed', all_versions: true })).status).toBe(200)
    expect((await list('name=renamed')).map(({ version }) => version)).toEqual([1, 2, 4])
    expect(await list('name=old')).toEqual([])
    // into a name that has versions
    await patch(v2.digest, { name: 'new', all_versions: true })
    expect((await list('name=new')).map(({ version, digest }) => [version, digest]).slice(0, 3)).toEqual([
      [1, v3.digest],
      [2, v1.digest],
      [3, v2.digest],
    ])
    expect((await patch('0123456789abcdef', { name: 'x' })).status).toBe(404)
    expect((await patch(v1.digest, { name: '' })).status).toBe(400)
    expect((await patch(v1.digest, { name: 'x', version: 7 })).status).toBe(400)
  })

  it('are listed page by page, and choose evaluations', async () => {
    const all = await list('limit=200')
    const pages: Dataset[] = []
    for (
      let page = await list('limit=3');
      page.length > 0;
      page = await list(`limit=3&after=${pages.at(-1)!.digest}`)
    )
      pages.push(...page)
    expect(pages).toEqual(all)
    const { data } = await gateway.get<{ data: Evaluation[] }>('/v1/evaluations?dataset=order')
    expect(data).toHaveLength(5)
    expect(new Set(data.map(({ dataset }) => dataset!.name))).toEqual(new Set(['order']))
  })
})
