import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LeaderboardEntry } from '../../schema/api/leaderboard.ts'
import { publishedAnswers, publishedTestInputs, whenPublished } from '../published-data.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

const judges = ['keval-2-9b', 'keval-2-3b', 'keval-2-1b']

whenPublished('published outputs, replayed by an outside node', () => {
  let node: JudgingNode
  let gateway: EvaluatingGateway
  beforeAll(async () => {
    node = await judgingNode(...judges)
    gateway = await startEvaluating({ NODES: node.url })
  })
  afterAll(async () => {
    await gateway.stop()
    await node.close()
  })

  it.each([
    ['keval-2-9b', '61.4%', '50.0%'],
    ['keval-2-3b', '59.1%', '45.5%'],
    ['keval-2-1b', '43.2%', '36.4%'],
  ])('give the table of %s', async (judge, diff, accuracy) => {
    const inputs = publishedTestInputs(judge)
    node.write = ({ messages }) => inputs.find(({ user }) => user === messages.at(-1)!.content)!.judgment
    const rows = inputs.map(({ label, system, user }, index) => ({
      id: index + 1,
      score: label,
      pairs: [{ prompt: system, input: user }],
    }))
    const id = await gateway.begin(`model=${judge}`, rows)
    await gateway.ended(id)
    const report = await gateway.report(id)
    const percent = (score: number | null) => `${(score! * 100).toFixed(1)}%`
    expect([percent(report.diff!.score), percent(report.accuracy!.score)]).toEqual([diff, accuracy])
    expect(report.published['keval-testset']).toBe(22)
    expect(report.notes).toContainEqual(expect.objectContaining({ code: 'note_too_few_rows' }))
  })

  it('give the leaderboard', async () => {
    for (const { file, rows } of publishedAnswers()) {
      node.write = ({ messages }) =>
        rows.find(({ question, answer }) => {
          const prompt = messages.at(-1)!.content
          return prompt.includes(`[질문]\n${question}\n`) && prompt.includes(`시작]\n${answer}\n[어시`)
        })!.judgment
      const form = new FormData()
      const lines = rows.map(({ line }) => line).join('\n')
      form.set('model', 'keval-2-9b')
      form.set('protocol', 'simple-keval')
      form.set('file', new File([lines], file))
      // one published answer is empty, and was judged
      form.set('empty', 'judge')
      const response = await gateway.fetch('/v1/evaluations', { method: 'POST', body: form })
      expect(response.status).toBe(201)
      await gateway.ended(((await response.json()) as { id: string }).id)
    }
    const { data } = await gateway.get<{ data: LeaderboardEntry[] }>('/v1/leaderboard')
    expect(
      data
        .filter(({ protocol }) => protocol === 'simple-keval')
        .map(({ model, score, rated }) => [model, score!.toFixed(2), rated]),
    ).toEqual([
      ['google/gemma-2-9b-it', '0.62', 79],
      ['LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct', '0.58', 80],
      ['Qwen/Qwen2-7B-Instruct', '0.48', 80],
    ])
  })
})
