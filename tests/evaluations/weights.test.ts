import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Comparison } from '../../schema/api/comparisons.ts'
import type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'

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

const weights = (digest: string, precision = 'int8') => ({
  weights_digest: digest,
  precision,
  provider: 'cpu',
})

async function evaluate(name: string): Promise<string> {
  const id = await gateway.begin(`model=judge&name=${name}`, makeRows([8, 8, 8, 3]))
  await gateway.ended(id)
  return id
}

const text = async (path: string) => (await gateway.fetch(`/v1/evaluations/${path}`)).text()

describe('weights that changed during an evaluation', () => {
  it('are named in the rows, have a mean each, and no reader can miss them', async () => {
    node.weights = ({ messages }) => weights(messages.at(-1)!.content.includes('<3>') ? 'b' : 'a')
    const id = await evaluate('mixed')
    const report = await gateway.report(id)
    expect(report.mixed_weights).toBe(true)
    expect(report.weights).toEqual([
      { ...weights('a'), judgments: 3, rated: 3, mean_rating: 8, score: 0.8 },
      { ...weights('b'), judgments: 1, rated: 1, mean_rating: 3, score: 0.3 },
    ])
    expect(report.notes[0]).toMatchObject({ code: 'note_mixed_weights', params: { count: 2 } })
    expect(await text(`${id}/report?format=markdown`)).toMatch(
      /weights of the judge changed[\s\S]*## Judge weights[\s\S]*## Summary/,
    )
    expect(await text(`${id}/report?format=html&language=ko`)).toMatch(
      /가중치가 바뀌어[\s\S]*심판 가중치[\s\S]*<h2>요약/,
    )
    const results = await gateway.results(id)
    expect(results.map(({ weights_digest, caveat }) => [weights_digest, caveat])).toEqual([
      ['a', 'mixed_weights'],
      ['a', 'mixed_weights'],
      ['a', 'mixed_weights'],
      ['b', 'mixed_weights'],
    ])
    const [head, ...lines] = (await text(`${id}/results?format=csv`)).trimEnd().split('\r\n')
    expect(head).toContain('weights_digest,precision,provider,caveat')
    for (const line of lines.filter((one) => /^\d,/.test(one))) expect(line).not.toContain('truncated')
    expect(lines.join('')).toContain('int8,cpu,mixed_weights')
    const board = await gateway.get<{ data: LeaderboardEntry[] }>('/v1/leaderboard')
    expect(board.data.find(({ model }) => model === 'mixed')).toMatchObject({ mixed_weights: true })
  })

  it('are told from weights that stayed', async () => {
    node.weights = () => weights('a')
    const a = await evaluate('stayed')
    const report = await gateway.report(a)
    expect([report.mixed_weights, report.weights.length]).toEqual([false, 1])
    expect((await gateway.results(a)).map(({ caveat }) => caveat)).toEqual([null, null, null, null])
    node.weights = () => weights('b')
    const b = await evaluate('other')
    const compared = await gateway.get<Comparison>(`/v1/evaluations/${a}/comparison?with=${b}`)
    expect(compared.x).toMatchObject({ mixed_weights: false, weights: [weights('a')] })
    expect(compared.notes).toContainEqual(expect.objectContaining({ code: 'note_other_weights' }))
  })
})
