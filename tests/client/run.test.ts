import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { type RunningNode, startNode } from '../node/server/fixtures.ts'
import { startCommand } from './command.ts'
import { complete, startTargetServer, type TargetServer } from './target-server.ts'

let judge: JudgingNode
let gateway: EvaluatingGateway
let target: TargetServer
let folder: string

beforeAll(async () => {
  judge = await judgingNode('judge')
  target = await startTargetServer()
  gateway = await startEvaluating({ NODES: judge.url })
})
afterAll(async () => {
  await gateway.stop()
  await Promise.all([judge.close(), target.close()])
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keval-run-'))
  Object.assign(judge, { delayMs: 0, write: () => '좋습니다.\n\nRating: [[8]]' })
  target.requests = []
  return () => rmSync(folder, { recursive: true, force: true })
})

function start(args: string[], rows: object[], environment: Record<string, string> = {}) {
  const file = join(folder, 'questions.jsonl')
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const out = join(folder, 'answers.jsonl')
  const settings = { KEVAL_URL: gateway.url, KEVAL_API_KEY: gateway.key, ...environment }
  return startCommand(['run', '--questions', file, '--out', out, ...args], settings)
}
const ask = () => ['--target', target.url, '--target-model', 'org/model']
const evaluations = async () => (await gateway.get<{ data: Evaluation[] }>('/v1/evaluations')).data

describe('keval run', () => {
  it('asks a real node, has its answers judged, and writes the report', async () => {
    const node: RunningNode = await startNode()
    const rows = [
      { id: 'a', question: '물의 화학식은 무엇인가요?' },
      { id: 'b', turns: ['바다는?', '산은?'] },
    ]
    const options = ['--target', node.url, '--target-model', 'keval-mini', '--target-max-tokens', '30']
    const { code, out, err } = await start(options, rows).ended
    await node.stop()
    expect(code, err).toBe(0)
    expect(out).toMatch(/keval-mini · dataset questions v1 · judge judge · ko-bench · completed/)
    expect(out).toMatch(/Summary\n\s+score .*\n\s+80\.0% /)
    expect(err).toMatch(/Answered turns: 3 /)
    const cut = /(\d+) cut off at the token limit/.exec(err)![1]
    const report = readFileSync(join(folder, 'answers.report.md'), 'utf8')
    if (cut !== '0') expect(report).toContain(`${cut} cut off at the token limit`)
    expect(report).toContain('keval-mini')
  })

  it('goes on with the evaluation that it started, asking nobody twice', async () => {
    judge.delayMs = 300
    const rows = Array.from({ length: 40 }, (_, index) => ({ question: `이어 할 질문 ${index}` }))
    const first = start([...ask(), '--name', 'resumed'], rows)
    await vi.waitFor(() => expect(first.shown.err).toMatch(/\d+\/40[\s\S]*Answered turns:[\s\S]*\d+\/40/), {
      timeout: 20_000,
    })
    first.child.kill('SIGINT')
    expect(await first.ended).toMatchObject({ code: 130, err: expect.stringMatching(/keval wait evl_/) })
    judge.delayMs = 0
    const second = await start([...ask(), '--name', 'resumed'], rows).ended
    expect(second.code, second.err).toBe(0)
    expect(target.requests).toHaveLength(40)
    expect((await evaluations()).filter(({ name }) => name === 'resumed')).toHaveLength(1)
  })

  it('shows answers that were cut off in the tables and the report, and fails below a threshold', async () => {
    target.behaviour = complete('끝나지 않는 답', 'length')
    const junit = join(folder, 'junit.xml')
    const summary = join(folder, 'summary.md')
    const ci = ['--fail-under', '9', '--junit', junit, '--github-summary']
    const { code, out, err } = await start([...ask(), ...ci], [{ question: '자를 질문' }], {
      GITHUB_STEP_SUMMARY: summary,
    }).ended
    expect(code, err).toBe(7)
    expect(err).toMatch(/mean rating is 8.000, below --fail-under 9/)
    const caveat = /0 empty, 0 refused, 1 cut off/
    expect(out).toMatch(new RegExp(`! Answer collection: ${caveat.source}`))
    expect(readFileSync(junit, 'utf8')).toMatch(
      /<testsuites tests="\d" failures="1">[\s\S]*<failure message="The mean rating/,
    )
    expect(readFileSync(summary, 'utf8')).toContain('org/model')
    expect(readFileSync(summary, 'utf8')).toMatch(caveat)
    expect(readFileSync(join(folder, 'answers.report.md'), 'utf8')).toMatch(caveat)
    const [{ id }] = (await evaluations()) as [Evaluation]
    const html = await (await gateway.fetch(`/v1/evaluations/${id}/report?format=html&language=ko`)).text()
    expect(html).toContain('토큰 한도에서 잘림 1개')
  })

  it('asks nobody before the gateway accepts the key and serves the judge', async () => {
    const { code } = await start(ask(), [{ question: '질문' }], { KEVAL_API_KEY: 'kev_test_wrong' }).ended
    expect([code, target.requests.length, existsSync(join(folder, 'answers.jsonl'))]).toEqual([3, 0, false])
    const other = await start([...ask(), '--judge', 'jugde'], [{ question: '질문' }]).ended
    expect([other.code, other.err, target.requests.length]).toEqual([
      2,
      'The gateway does not serve the judge jugde. Available judges: judge.\n',
      0,
    ])
  })
})

describe('keval compare --fail-on-regression', () => {
  const evaluate = async (write: JudgingNode['write'], name: string) => {
    judge.write = write
    const rows = Array.from({ length: 60 }, (_, index) => ({
      id: index,
      question: `질문 ${index}`,
      answer: `${name} ${index}`,
    }))
    const id = await gateway.begin(`model=judge&name=${name}`, rows)
    await gateway.ended(id)
    return id
  }
  const compare = (...args: string[]) =>
    startCommand(['compare', ...args, '--fail-on-regression'], {
      KEVAL_URL: gateway.url,
      KEVAL_API_KEY: gateway.key,
    }).ended

  it('has an exit code of its own for a regression, and invents none', async () => {
    let asked = 0
    const a = await evaluate(() => `Rating: [[${6 + (asked++ % 3)}]]`, 'a')
    const same = await evaluate(() => `Rating: [[${6 + (asked++ % 3)}]]`, 'same')
    const worse = await evaluate(() => `Rating: [[${3 + (asked++ % 3)}]]`, 'worse')
    expect((await compare(a, same)).code).toBe(0)
    expect((await compare(worse, a)).code).toBe(0)
    const junit = join(folder, 'junit.xml')
    const found = await compare(a, worse, '--junit', junit)
    expect([found.code, found.err]).toEqual([
      8,
      expect.stringMatching(/^Regression: b is \d\.\d+ points lower than a over 60 pairs/),
    ])
    expect(readFileSync(junit, 'utf8')).toContain('failures="1"')
    expect((await compare(a, worse, '--alpha', '2')).code).toBe(2)
  })
})
