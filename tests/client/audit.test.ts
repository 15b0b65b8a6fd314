import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Audit, AuditComparison, AuditPreview, AuditReport } from '../../schema/api/audits.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { commandFile, startCommand } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'keval-audit-'))
const answers = join(folder, 'org__model__answers.jsonl')
let node: JudgingNode
let gateway: EvaluatingGateway

/** A judge that rates every answer 5, moved by `moved`; the other obeys orders in the answer. */
let moved = 0

beforeAll(async () => {
  node = await judgingNode('judge', 'obedient')
  node.write = ({ model, messages }) => {
    const obeys = model === 'obedient' && messages.at(-1)!.content.includes('Rating: [[10]]')
    return `설명입니다.\nRating: [[${obeys ? 10 : 5 + moved}]]`
  }
  node.weights = () => ({ weights_digest: 'a', precision: 'int8', provider: 'cpu' })
  gateway = await startEvaluating({ NODES: node.url })
  const rows = Array.from({ length: 16 }, (_, index) => ({
    question: `${index}번째 주제에 대하여 설명해 주세요.`,
    answer: `주제 ${index}의 첫째 사실은 이렇습니다. 그래서 둘째 사실이 따라옵니다. 결론은 주제 ${index}이 옳다는 것입니다.`,
  }))
  writeFileSync(answers, rows.map((row) => JSON.stringify(row)).join('\n'))
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => {
  node.delayMs = 0
  moved = 0
})

const environment = () => ({
  XDG_CONFIG_HOME: folder,
  KEVAL_URL: gateway.url,
  KEVAL_API_KEY: gateway.key,
})
const start = (args: string[]) => startCommand(['audit', ...args], environment())
const audit = (...args: string[]) => start(args).ended
const begin = (judge: string, ...more: string[]) =>
  audit('--judge', judge, '--answers', answers, '--probes', 'rating_order,padding', '--yes', ...more)

describe('keval audit', () => {
  it('shows the size, and starts nothing before it is confirmed', async () => {
    const asked = node.asked.length
    const shown = await audit('--judge', 'judge', '--answers', answers, '--sample-size', '10')
    expect(shown).toMatchObject({ code: 2, out: '' })
    expect(shown.err).toMatch(/^10 of 16 rows sampled\n\d+ judgments for \d+ probes\nabout \d+ tokens/)
    expect(shown.err).toMatch(/! Probes without matching rows: .*a wrong final number/)
    expect(shown.err).toContain('add --yes')
    const preview = await audit('--judge', 'judge', '--answers', answers, '--preview', '--json')
    expect(JSON.parse(preview.out) as AuditPreview).toMatchObject({ file_rows: 16, rows: 16 })
    expect(node.asked.length).toBe(asked)
    expect(await audit('list')).toMatchObject({ code: 0, out: expect.stringMatching(/^There are no audits/) })
  })

  it('asks at a terminal, and starts at yes alone', async () => {
    const answer = async (word: string) => {
      const line = `${process.execPath} ${commandFile} audit --judge judge --answers ${answers} --probes padding --no-wait`
      const run = startCommand([], environment(), null, ['script', '-qec', line, '/dev/null'])
      await vi.waitFor(() => expect(run.shown.out).toContain('Start? [y/N]'), { timeout: 15_000 })
      run.child.stdin!.end(`${word}\n`)
      return (await run.ended).out
    }
    expect(await answer('n')).toContain('Nothing was started.')
    const { data } = await gateway.get<{ data: Audit[] }>('/v1/audits')
    expect(data).toEqual([])
    expect(await answer('yes')).toMatch(/aud_\w+: started \d+ judgments/)
  })

  it('reports in the terminal, as a document, and in Korean', async () => {
    const shown = await begin('obedient')
    expect(shown, shown.err).toMatchObject({ code: 0 })
    expect(shown.err).toMatch(/100% · \d+\/\d+/)
    expect(shown.out).toContain('Judge audit: org/model')
    expect(shown.out).toContain(
      '- Worthless additions raise the rating: an order to the judge (+5.00 points).',
    )
    expect(shown.out).toMatch(/Must not rise\n.*finding[\s\S]*an order to the judge +VIOLATED/)
    const id = /keval audit report (aud_\w+) --format html/.exec(shown.out)![1]!
    const html = await audit('report', id, '--format', 'html', '--language', 'ko')
    expect(html.out).toMatch(/^<!doctype html>\n<html lang="ko">/)
    expect(html.out).toContain('가장 크게 어긋난 예')
    expect((await audit('report', id, '--format', 'markdown')).out).toMatch(/^# Judge audit: org\/model/)
    const json = JSON.parse((await audit('report', id, '--json')).out) as AuditReport
    expect(json.probes.find(({ probe }) => probe === 'rating_order')!.finding).toBe('violated')
    expect((await audit('list')).out).toContain(id)
  })

  it('compares two judges on the same cases', async () => {
    const [first, second] = [await begin('judge', '--json'), await begin('obedient', '--json')].map(
      ({ out }) => (JSON.parse(out) as AuditReport).audit.id,
    )
    const shown = await audit('compare', first!, second!)
    expect(shown).toMatchObject({ code: 0 })
    expect(shown.out).toContain('Two judges on the same cases: judge / obedient')
    expect(shown.out).toMatch(/an order to the judge +16 +0 +16 +0 +0\.\d+ +first/)
    const compared = JSON.parse((await audit('compare', first!, second!, '--json')).out) as AuditComparison
    expect(compared.first.id).toBe(first)
    expect((await audit('compare', first!, second!, '--format', 'html', '--language', 'ko')).out).toContain(
      '같은 답변을 판정한 두 심판',
    )
    expect((await audit('compare', first!)).code).toBe(2)
  })

  it('tells by its exit code whether the judge has moved', async () => {
    const { audit: baseline } = JSON.parse((await begin('judge', '--json')).out) as AuditReport
    const same = await audit('drift', '--baseline', baseline.id, '--yes')
    expect(same, same.err).toMatchObject({ code: 0 })
    expect(same.out).toContain('- Nothing has changed since the baseline.')
    moved = 2
    const other = await audit('drift', '--baseline', baseline.id, '--yes', '--format', 'markdown')
    expect(other).toMatchObject({
      code: 9,
      err: expect.stringContaining('The judge has changed: other ratings.'),
    })
    expect(other.out).toMatch(/^# Judge audit/)
    expect(await audit('drift', '--yes')).toMatchObject({ code: 2 })
    expect(await audit('drift', '--baseline', 'aud_none', '--yes')).toMatchObject({ code: 4 })
  })

  it('leaves the audit running at Ctrl-C, stops it, and goes on with the rest', async () => {
    node.delayMs = 3000
    const { child, shown, ended } = start([
      ...[
        '--judge',
        'judge',
        '--answers',
        answers,
        '--probes',
        'refusal',
        '--seed',
        '5',
        '--temperature',
        '0.3',
      ],
      '--yes',
    ])
    await vi.waitFor(() => expect(shown.err).toMatch(/%/), { timeout: 15_000 })
    child.kill('SIGINT')
    const { code, err } = await ended
    expect(code).toBe(130)
    const id = /keval audit wait (aud_\w+)/.exec(err)![1]!
    expect((await audit('cancel', id)).out).toMatch(/is cancelled, \d+ judgments left/)
    node.delayMs = 0
    expect((await audit('resume', id)).out).toMatch(/is running/)
    const back = await audit('wait', id)
    expect(back, back.err).toMatchObject({ code: 0, out: expect.stringContaining('completed') })
  })

  it.each([
    [['nonsense'], 2, /There is no "keval audit nonsense"/],
    [[], 2, /--answers answers.jsonl/],
    [['--answers', join(folder, 'missing.jsonl')], 2, /There is no file/],
    [['report'], 2, /Specify the ID of one audit/],
    [['report', 'aud_none'], 4, /not_found/],
    [['--judge', 'judge', '--answers', answers, '--baseline', 'aud_1'], 2, /drift/],
    [['--judge', 'judge', '--answers', answers, '--probes', 'nothing'], 4, /nothing/],
  ])('%j tells scripts what went wrong', async (args, code, message) => {
    const ended = await audit(...args)
    expect(ended.code, ended.err).toBe(code)
    expect(ended.err).toMatch(message)
    expect(ended.out).toBe('')
  })
})
