import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge', 'other-judge')
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

describe('two evaluations', () => {
  it('are compared row by row and ranked with their intervals', async () => {
    writeWhatTheAnswerSays(node)
    const good = makeRows(Array.from({ length: 60 }, (_, i) => 7 + (i % 3)))
    const poor = makeRows(Array.from({ length: 60 }, (_, i) => 2 + (i % 3)))
    const x = await gateway.begin('model=other-judge&name=poor', poor)
    const y = await gateway.begin('model=other-judge&name=good', good)
    await Promise.all([gateway.ended(x), gateway.ended(y)])
    const compared = await gateway.get<{ rating: Record<string, unknown>; notes: string[] }>(
      `/v1/evaluations/${x}/comparison?with=${y}`,
    )
    expect(compared.rating).toMatchObject({ pairs: 60, difference: 5, wins: { y: 60, tie: 0, x: 0 } })
    expect(compared.rating.p_value).toBeLessThan(0.01)
    expect(compared.notes).toEqual([])
    const document = async (format: string) => {
      const query = `with=${y}&format=${format}&language=ko`
      const response = await gateway.fetch(`/v1/evaluations/${x}/comparison?${query}`)
      return { headers: response.headers, text: await response.text() }
    }
    const page = await document('html')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.text).toContain('<html lang="ko">')
    expect(page.text.match(/<svg/g)).toHaveLength(2)
    expect(page.text).toMatch(/>← poor<\/text>.*>good →<\/text>.*>60 →<\/text>/)
    expect(page.text).toMatch(/<td>60<\/td><td>5\.00<\/td><td>5\.00 – 5\.00<\/td>/)
    expect((await document('markdown')).text).toMatch(
      /^# 비교: poor \/ good\n[^|]*0을 포함하지 않습니다[^|]*\n## /,
    )
    const board = async () => {
      const { data } = await gateway.get<{ data: Record<string, unknown>[] }>('/v1/leaderboard')
      const ours = data.filter(({ judge }) => judge === 'other-judge')
      return ours.map(({ rank, model, score }) => [rank, model, score])
    }
    const best = [1, 'good', 0.8]
    expect(await board()).toEqual([best, [2, 'poor', 0.3]])
    const better = makeRows(Array.from({ length: 60 }, (_, i) => 4 + (i % 3)))
    await gateway.ended(await gateway.begin('model=other-judge&name=poor', better))
    expect(await board(), 'the newest evaluation of a model counts').toEqual([best, [2, 'poor', 0.5]])
  })
})

describe('what is written out', () => {
  it('carries no formula into a spreadsheet and no markup into a page', async () => {
    node.write = () => '=HYPERLINK("http://evil.example","click"), <script>alert(1)</script>\n\nRating: [[3]]'
    const name = '<img src=x onerror=alert(1)>|`x`'
    const wide = '\uff1dcmd|/c calc'
    const rows = makeRows([1], { id: '=1+1', model: wide, category: name, label: 3 })
    const id = await gateway.begin(`model=judge&name=${encodeURIComponent(name)}`, rows)
    await gateway.ended(id)
    const csv = await gateway.fetch(`/v1/evaluations/${id}/results?format=csv&bom=true`)
    const bytes = new Uint8Array(await csv.arrayBuffer())
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const text = new TextDecoder().decode(bytes)
    expect(text).toContain(`,'=1+1,'${wide},`)
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example""`)
    expect(text.trimEnd().split('\r\n').at(-1)).toMatch(/^1,/)

    const texts = await gateway.fetch(`/v1/evaluations/${id}/results?format=csv&texts=true`)
    expect(await texts.text()).toMatch(/,question,answer,reference\r\n/)

    const page = await gateway.fetch(`/v1/evaluations/${id}/report?format=html`)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).not.toMatch(/<img|<script/)
    expect(html).toContain('&#60;img src=x')
    expect(html.match(/<svg/g)!.length).toBeGreaterThanOrEqual(3)
    const markdown = await (await gateway.fetch(`/v1/evaluations/${id}/report?format=markdown`)).text()
    expect(markdown).toContain('\\<img')
    expect(markdown).toContain('## Diff score')
  })

  it('can be deleted', async () => {
    const id = await gateway.begin('model=judge', makeRows([1]))
    await gateway.ended(id)
    expect((await gateway.fetch(`/v1/evaluations/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect((await gateway.fetch(`/v1/evaluations/${id}/report`)).status).toBe(404)
  })
})

it('results with texts come page by page, however long the rows are', async () => {
  node.write = () => '설명\n\nRating: [[5]]'
  const rows = makeRows(Array.from({ length: 24 }, () => 5)).map((row, index) => ({
    ...row,
    answer: `${index} ${'긴 답변 '.repeat(38_000)}`,
  }))
  const id = await gateway.begin('model=judge', rows)
  await gateway.ended(id)
  const response = await gateway.fetch(`/v1/evaluations/${id}/results?texts=true`)
  const lines = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ answer }) => answer)).toEqual(rows.map(({ answer }) => answer))
})
