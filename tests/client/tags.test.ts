import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EvaluationHistory } from '../../schema/api/evaluation-tags.ts'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { startCommand } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'keval-tags-'))
let node: JudgingNode
let gateway: EvaluatingGateway
let rating = 8
let digest = 'a1b2c3d4e5f6'

beforeAll(async () => {
  node = await judgingNode('judge')
  node.write = ({ messages }) => {
    const number = Number(/질문 (\d+)/.exec(messages.at(-1)!.content)?.[1] ?? 0)
    return `Rating: [[${rating - (number % 2)}]]`
  }
  node.weights = () => ({ weights_digest: digest, precision: 'int8', provider: 'cpu' })
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})

const keval = (...args: string[]) =>
  startCommand(args, { XDG_CONFIG_HOME: folder, KEVAL_URL: gateway.url, KEVAL_API_KEY: gateway.key }).ended

/** One run of the same questions: the answers differ from run to run. */
async function run(name: string, tags: string, questions = 20): Promise<string> {
  const path = join(folder, `${name}.jsonl`)
  const rows = Array.from({ length: questions }, (_, index) => ({
    question: `질문 ${index}`,
    answer: `${name} 답 ${index}`,
  }))
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'))
  const ended = await keval('eval', path, '--tags', tags, '--wait', '--json')
  expect(ended.code, ended.err).toBe(0)
  return JSON.parse(ended.out).id
}

const patch = (id: string, body: unknown) =>
  gateway.fetch(`/v1/evaluations/${id}`, {
    method: 'PATCH',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
const list = async (query: string) =>
  (await gateway.get<{ data: Evaluation[]; has_more: boolean }>(`/v1/evaluations?${query}`)).data

describe('evaluations with tags', () => {
  const ids: string[] = []

  it('are listed by tag, by part of the name, and in an order', async () => {
    ids.push(await run('가을', 'nightly, release/1'))
    ids.push(await run('Beta', 'nightly'))
    ids.push(await run('alpha', 'weekly'))
    expect((await list('tag=nightly')).map(({ id }) => id)).toEqual([ids[1], ids[0]])
    expect((await list('search=BET')).map(({ name }) => name)).toEqual(['Beta'])
    expect((await list('search=%25')).length).toBe(0)
    expect((await list('sort=oldest')).map(({ id }) => id)).toEqual(ids)
    const first = await list('sort=name&limit=2')
    expect(first.map(({ name }) => name)).toEqual(['alpha', 'Beta'])
    const rest = await list(`sort=name&limit=2&after=${first[1]!.id}`)
    expect(rest.map(({ name }) => name)).toEqual(['가을'])
    const shown = await keval('list', '--tag', 'nightly')
    expect(shown.out).toContain('nightly, release/1')
    expect(shown.out).not.toContain('alpha')
  })

  it('are sorted by score page by page, those without one last, and their tags are counted', async () => {
    for (const [name, given] of [
      ['s-low', 3],
      ['s-none', Number.NaN],
      ['s-high', 9],
      ['s-same', 9],
    ] as const) {
      rating = given
      await run(name, 'scores', 4)
    }
    rating = 8
    const names: (string | number | null)[][] = []
    for (let after = ''; ; ) {
      const [one] = await list(`tag=scores&sort=score&limit=1${after && `&after=${after}`}`)
      if (one === undefined) break
      names.push([one.name, one.score])
      after = one.id
    }
    expect(names).toEqual([
      ['s-same', 0.85],
      ['s-high', 0.85],
      ['s-low', 0.25],
      ['s-none', null],
    ])
    const [high] = await list('search=s-high')
    expect(high!.interval![0]).toBeLessThan(0.85)
    expect(high!.interval![1]).toBeGreaterThan(0.85)
    const tags = await gateway.get<{ data: unknown[] }>('/v1/evaluations/tags')
    expect(tags.data).toEqual([
      { tag: 'nightly', evaluations: 2 },
      { tag: 'release/1', evaluations: 1 },
      { tag: 'scores', evaluations: 4 },
      { tag: 'weekly', evaluations: 1 },
    ])
  })

  it('are renamed and tagged anew at any time', async () => {
    const shown = await keval('tag', ids[2]!, '--name', 'gamma', '--tags', 'weekly,nightly')
    expect(shown).toMatchObject({ code: 0, out: `${ids[2]} is called gamma; tags: weekly, nightly\n` })
    expect((await gateway.report(ids[2]!)).name).toBe('gamma')
    const board = await keval('leaderboard')
    expect(board.out).toContain('gamma')
    expect(board.out).not.toContain('alpha')
    expect((await keval('tag', ids[2]!)).code).toBe(2)
    for (const [body, field] of [
      [{ tags: ['a b'] }, 'tags.0'],
      [{ baseline_for: ['monthly'] }, 'baseline_for'],
      [{ name: ' ' }, 'name'],
      [{ model: 'other' }, 'model'],
    ] as const) {
      const refused = await patch(ids[2]!, body)
      expect(refused.status).toBe(400)
      const { errors } = (await refused.json()) as { errors: { field: string }[] }
      expect(errors.map((error) => error.field)).toContain(field)
    }
    expect((await patch('evl_none', { name: 'x' })).status).toBe(404)
    await keval('tag', ids[2]!, '--tags', 'weekly')
  })

  it('have one baseline for a tag, against which the newest run is compared', async () => {
    const none = await keval('compare', '--baseline', 'nightly')
    expect(none).toMatchObject({ code: 4, err: expect.stringContaining('nightly has no baseline') })
    await keval('tag', ids[1]!, '--baseline-for', 'nightly')
    const moved = await keval('tag', ids[0]!, '--baseline-for', 'nightly')
    expect(moved.out).toContain('baseline of nightly')
    expect((await gateway.get<Evaluation>(`/v1/evaluations/${ids[1]}`)).baseline_for).toEqual([])
    rating = 5
    const worse = await run('worse', 'nightly')
    rating = 8
    const compared = await keval('compare', '--baseline', 'nightly', '--fail-on-regression')
    expect(compared.code, compared.err).toBe(8)
    expect(compared.err).toContain('3.000 points lower')
    expect((await keval('compare', '--baseline', 'nightly', ids[1]!, '--fail-on-regression')).code).toBe(0)
    ids.push(worse)
  })

  it('show how the scores of a tag moved, and where weights or questions changed', async () => {
    digest = 'ffff00001111'
    ids.push(await run('other-weights', 'nightly'))
    ids.push(await run('other-questions', 'nightly', 12))
    const history = await gateway.get<EvaluationHistory>('/v1/evaluations/history?tag=nightly')
    expect(history.baseline).toBe(ids[0])
    expect(history.data.map(({ id, changed }) => [id, changed])).toEqual([
      [ids[0], []],
      [ids[1], []],
      [ids[3], []],
      [ids[4], ['weights']],
      [ids[5], ['dataset']],
    ])
    expect(history.data.map(({ score }) => score!)).toEqual([0.75, 0.75, 0.45, 0.75, 0.75])
    for (const { score, interval } of history.data) {
      expect(interval![0]).toBeLessThan(score!)
      expect(interval![1]).toBeGreaterThan(score!)
    }
    const shown = await keval('history', '--tag', 'nightly')
    const lines = shown.out.trimEnd().split('\n')
    expect(lines).toHaveLength(7)
    expect(lines[2]).toMatch(/가을 +75\.0% .*baseline/)
    expect(lines[5]).toContain('ffff0000')
    expect(lines[5]).toContain('other weights')
    expect(lines[6]).toContain('other dataset')
    const korean = await keval('history', '--tag', 'nightly', '--language', 'ko')
    expect(korean.out).toContain('다른 데이터셋')
    expect((await keval('history', '--tag', 'none')).out).toContain(
      'There are no completed evaluations of none',
    )
    const refused = await gateway.fetch('/v1/evaluations/history')
    expect(await refused.json()).toMatchObject({
      status: 400,
      errors: [{ field: 'tag', code: 'tag_or_dataset' }],
    })
    expect((await keval('history')).code).toBe(2)
  })

  it('are chosen by the name of their dataset, which can be changed', async () => {
    const dataset = JSON.parse((await keval('datasets', '--json')).out).at(-1)
    expect(dataset).toMatchObject({ name: '가을', version: 1, questions: 20, evaluations: 5 })
    const renamed = await keval('datasets', dataset.digest, '--name', '야간')
    expect(renamed).toMatchObject({ code: 0, out: `${dataset.digest} is called 야간 v1.\n` })
    expect((await keval('datasets', dataset.digest)).code).toBe(2)
    expect((await keval('datasets')).out).toMatch(/야간 +1 +20 +5/)
    expect((await keval('list', '--dataset', '야간')).out).toContain('야간 v1')
    expect((await keval('report', ids[0]!)).out).toContain('dataset 야간 v1')
    const history = JSON.parse((await keval('history', '--dataset', '야간', '--json')).out)
    expect(history.data.map(({ id }: { id: string }) => id)).toEqual(
      [0, 1, 2, 3, 4].map((index) => ids[index]),
    )
    const board = await keval('leaderboard', '--dataset', '야간', '--version', '1')
    expect(board.out).toContain('야간 v1 · judge · ko-bench')
    expect(board.out).not.toContain('other-questions')
    const path = join(folder, 'again.jsonl')
    writeFileSync(path, '{"question":"처음 보는 질문","answer":"답"}')
    const preview = await keval('eval', path, '--dataset', '야간', '--preview')
    expect(preview.out).toContain('dataset 야간 (new questions)')
    const begun = JSON.parse((await keval('eval', path, '--dataset', '야간', '--wait', '--json')).out)
    expect(begun.dataset).toMatchObject({ name: '야간', version: 2 })
  })
})
