import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('the score trend', (open, stage) => {
  const headers = { authorization: `Bearer ${stage.key}` }

  async function evaluate(name: string, protocol = 'ko-bench'): Promise<string> {
    const query = new URLSearchParams({ model: 'fragile-judge', name, dataset: `추이 ${mark}`, protocol })
    const response = await fetch(`${stage.base}/v1/evaluations?${query}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
      body: [1, 2, 3].map((row) => JSON.stringify({ question: `${mark} ${row}`, answer: '답' })).join('\n'),
    })
    const { id } = (await response.json()) as { id: string }
    const status = async () => {
      const evaluation = await fetch(`${stage.base}/v1/evaluations/${id}`, { headers })
      return ((await evaluation.json()) as { status: string }).status
    }
    await expect.poll(status, { timeout: 60_000 }).toBe('completed')
    return id
  }

  const mark = String(Date.now())
  const describeIt =
    'draws the runs of a dataset in their order, and marks where they are no longer of one measure'
  test(describeIt, async () => {
    const first = await evaluate('첫 실행')
    await evaluate('둘째 실행')
    await evaluate('셋째 실행', 'simple-keval')
    const change = await fetch(`${stage.base}/v1/evaluations/${first}`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ tags: [mark], baseline_for: [mark] }),
    })
    expect(change.status).toBe(200)
    const page = await open()
    await signIn(page, stage, '/datasets')
    await page.click(`a:text("추이 ${mark}")`)
    await page.click(`text=${ko.evaluations.trend.link}`)
    await page.waitForURL('**/trend?dataset=**')
    expect(await page.locator('svg.trend .point').count()).toBe(3)
    expect(await page.locator('svg.trend .interval').count()).toBe(3)
    expect(await page.locator('svg.trend .between').count()).toBe(1)
    expect(await page.locator('svg.trend .change').count()).toBe(1)
    expect(await page.locator('svg.trend title').allTextContents()).toEqual([
      expect.stringMatching(/^첫 실행: \d+\.\d%$/),
      expect.stringMatching(/^둘째 실행: \d+\.\d%$/),
      expect.stringMatching(/^셋째 실행: \d+\.\d% · 프로토콜$/),
    ])
    expect(await page.locator('tbody tr').count()).toBe(3)
    expect(await page.locator('tbody tr').nth(2).textContent()).toContain(
      ko.evaluations.trend.changes.protocol,
    )
    await picture(page, 'trend')

    await page.goto(`/evaluations?tag=${mark}`)
    await page.click(`text=${ko.evaluations.trend.link}`)
    await page.waitForURL('**/trend?tag=**')
    expect(await page.locator('svg.trend .point.baseline').count()).toBe(1)
    expect(await page.locator('tbody').textContent()).toContain(ko.evaluations.trend.baseline)
  })

  test('and every page with datasets fits on a phone, whatever they are called', async () => {
    const long = `${mark}${'긴이름'.repeat(40)}${'x'.repeat(60)}`
    const response = await fetch(
      `${stage.base}/v1/evaluations?${new URLSearchParams({ model: 'fragile-judge', name: long, dataset: long })}`,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-ndjson' },
        body: JSON.stringify({ question: `긴 이름 ${mark}`, answer: '답' }),
      },
    )
    const { id } = (await response.json()) as { id: string }
    const status = async () => {
      const evaluation = await fetch(`${stage.base}/v1/evaluations/${id}`, { headers })
      return ((await evaluation.json()) as { status: string }).status
    }
    await expect.poll(status, { timeout: 60_000 }).toBe('completed')
    const page = await open({ viewport: { width: 360, height: 800 } })
    await signIn(page, stage, '/evaluations')
    const trend = `/trend?dataset=${encodeURIComponent(long)}`
    for (const path of ['/leaderboard', '/datasets', '/evaluations', `/evaluations/${id}`, trend]) {
      await page.goto(path)
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(beyond, path.slice(0, 30)).toBeLessThanOrEqual(0)
    }
  })

  test('says so where there are no runs, and leads to the list without a choice', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.goto('/trend?tag=nothing-has-this-tag')
    expect(await page.textContent('main')).toContain(ko.evaluations.trend.empty)
    await page.goto('/trend')
    expect(new URL(page.url()).pathname).toBe('/evaluations')
  })
})
