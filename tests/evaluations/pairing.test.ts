import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison, PairList } from '../../schema/api/comparisons.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { writeWhatTheAnswerSays } from './rows.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  writeWhatTheAnswerSays(node)
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

let serial = 0
const row = (question: string, rating: number, over: object = {}) => ({
  question,
  answer: `답변 <${rating}> ${serial++}`,
  ...over,
})

async function compare(x: object[], y: object[]): Promise<Comparison> {
  const ids = [await gateway.begin('model=judge&name=x', x), await gateway.begin('model=judge&name=y', y)]
  await Promise.all(ids.map((id) => gateway.ended(id)))
  return gateway.get(`/v1/evaluations/${ids[0]}/comparison?with=${ids[1]}`)
}

describe('rows of two evaluations', () => {
  const questions = Array.from({ length: 60 }, (_, index) => `질문 번호 ${index}: 설명해 주세요.`)
  const rated = questions.map((question, index) => row(question, index % 11))

  it('meet by question, whatever their order, composition and white space', async () => {
    const other = questions.map((question, index) =>
      row(` ${question.normalize('NFD').replace(' ', '\n ')}`, index % 11),
    )
    const { rating, agreement, pairing, notes } = await compare(rated, other.reverse())
    expect(rating).toMatchObject({ pairs: 60, difference: 0, wins: { x: 0, tie: 60, y: 0 } })
    // other answers: what the judge makes of them is no agreement
    expect(agreement).toBeNull()
    const none = { count: 0, rows: [] }
    expect(pairing).toEqual({
      by_id: 0,
      by_question: 60,
      ids_with_other_questions: 0,
      unpaired: { x: none, y: none },
    })
    expect(notes).toEqual([])
  })

  it('of one file that was judged twice say how far the two ratings agree', async () => {
    const { same_answers: same, agreement, categories } = await compare(rated, rated)
    expect(same).toBe(true)
    expect(agreement).toMatchObject({ cohen_kappa: 1, mean_absolute_error: 0 })
    expect(categories).toMatchObject([{ category: null, rows: 60, difference: 0, interval: [0, 0] }])
  })

  it('are listed by which side won, the largest difference first', async () => {
    const sides = [
      [row('가', 9, { category: 'a' }), row('나', 5, { category: 'b' }), row('다', 1, { category: 'a' })],
      [row('다', 8), row('나', 5), row('가', 7), row('라', 1)],
    ] as const
    const ids = await Promise.all(sides.map((rows) => gateway.begin('model=judge&name=w', rows)))
    await Promise.all(ids.map((id) => gateway.ended(id)))
    const list = (query: string) =>
      gateway.get<PairList>(`/v1/evaluations/${ids[0]}/comparison/rows?with=${ids[1]}&${query}`)
    expect((await list('')).data.map(({ x, y }) => [x.row, y.row])).toEqual([
      [3, 1],
      [1, 3],
      [2, 2],
    ])
    expect(await list('outcome=y')).toMatchObject({
      total: 1,
      data: [{ category: 'a', x: { row: 3, rating: 1 }, y: { row: 1, rating: 8 } }],
    })
    expect((await list('outcome=tie')).data).toMatchObject([{ x: { row: 2 } }])
    expect((await list('outcome=x&category=b')).total).toBe(0)
    const compared = await gateway.get<Comparison>(`/v1/evaluations/${ids[0]}/comparison?with=${ids[1]}`)
    expect(compared.same_answers).toBe(false)
    expect(compared.categories).toMatchObject([
      { category: 'a', rows: 2, difference: 2.5 },
      { category: 'b', rows: 1, difference: 0 },
    ])
  })

  it('do not meet by ids that stand for other questions', async () => {
    const numbered = (rows: object[]) => rows.map((one, id) => ({ ...one, id }))
    const again = questions.map((question, index) => row(question, index % 11)).reverse()
    const { rating, pairing, notes } = await compare(numbered(rated), numbered(again))
    expect(rating.wins).toEqual({ x: 0, tie: 60, y: 0 })
    expect(pairing).toMatchObject({ by_id: 0, by_question: 60, ids_with_other_questions: 60 })
    expect(notes).toMatchObject([{ code: 'note_ids_differ', params: { count: 60 } }])
  })

  it('meet by id where one question was asked several times', async () => {
    const samples = (ratings: number[]) =>
      ratings.map((rating, id) => row('같은 질문', rating, { id: `s${id}` }))
    const { rating, pairing } = await compare(samples([1, 5, 9]), samples([2, 6, 10]).reverse())
    expect(rating).toMatchObject({ pairs: 3, difference: 1, wins: { x: 0, tie: 0, y: 3 } })
    expect(pairing).toMatchObject({ by_id: 3, by_question: 0 })
  })

  it('that do not meet are counted and listed, turn by turn', async () => {
    const turns = (second: string, ratings: [number, number]) => ({
      turns: ratings.map((rating, turn) => row(turn === 0 ? '첫 질문' : second, rating)),
    })
    const { rating, pairing, notes } = await compare(
      [turns('둘째 질문', [4, 4]), row('x만의 질문', 3), row('공통 질문', 3)],
      [turns('다른 둘째 질문', [6, 9]), row('공통 질문', 3)],
    )
    expect(rating).toMatchObject({ pairs: 2, wins: { x: 0, tie: 1, y: 1 } })
    expect(pairing).toMatchObject({
      by_question: 2,
      unpaired: {
        x: {
          count: 2,
          rows: [
            { row: 1, id: null, turn: 2, question: '둘째 질문' },
            { row: 2, id: null, turn: 1, question: 'x만의 질문' },
          ],
        },
        y: { count: 1, rows: [{ row: 1, turn: 2, question: '다른 둘째 질문' }] },
      },
    })
    expect(notes).toContainEqual(expect.objectContaining({ code: 'note_unpaired', params: { a: 2, b: 1 } }))
    const page = await gateway.fetch(
      `/v1/evaluations/${await findId('x')}/comparison?with=${await findId('y')}&format=markdown`,
    )
    expect(await page.text()).toContain('다른 둘째 질문')
  })
})

const findId = async (name: string) => {
  const { data } = await gateway.get<{ data: { id: string; name: string }[] }>('/v1/evaluations?limit=100')
  return data.find((one) => one.name === name)!.id
}
