import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { en } from '../../gateway/console/texts/en.ts'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

const answer = `# 답

| 산 | 높이 |
| --- | ---: |
| 한라산 | 1,947 m |

\`\`\`js
const x = '<script>document.title = "owned"</script>'
\`\`\`

**굵게** <img src=x onerror="document.title='owned'"> [여기](javascript:alert(1)) ![그림](https://elsewhere.example/x.png)

[밖으로](https://elsewhere.example/)`

const rows = [
  { id: 'first', category: '지리', label: 5, question: '한라산의 높이를 표로 써 줘', answer },
  {
    id: 'second',
    category: '글쓰기',
    turns: [
      { question: '봄에 대한 시를 써 줘', answer: '봄이 왔네\n꽃이 피네', reference: '봄 노래' },
      { question: '한 줄로 줄여 줘', answer: '봄, 꽃.' },
    ],
  },
  { id: 'third', category: '지리', question: '서울은 어떤 도시야?', answer: '대한민국의 수도입니다.' },
]

inBrowser('the rows of an evaluation', (open, stage) => {
  async function evaluated(): Promise<string> {
    const headers = { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' }
    const response = await fetch(`${stage.base}/v1/evaluations?model=fragile-judge&name=rows`, {
      method: 'POST',
      headers,
      body: rows.map((row) => JSON.stringify(row)).join('\n'),
    })
    const { id } = (await response.json()) as { id: string }
    await expect
      .poll(
        async () => {
          const evaluation = await fetch(`${stage.base}/v1/evaluations/${id}`, { headers })
          return ((await evaluation.json()) as { status: string }).status
        },
        { timeout: 60_000 },
      )
      .toBe('completed')
    return id
  }
  const heading = (page: Page) => page.textContent('h1')

  test('are found by a part of a word, and read side by side by keyboard', async () => {
    const id = await evaluated()
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}/rows`)
    expect(await page.locator('tbody tr').count()).toBe(3)
    await picture(page, 'rows')
    await page.fill('#search', '라산')
    await page.keyboard.press('Enter')
    await page.waitForURL(/search=/)
    expect(await page.locator('tbody tr').count()).toBe(1)
    await page.click(`text=${ko.evaluations.rows.clear}`)
    await page.selectOption('#category', '지리')
    await page.click(`.filter-grid [type=submit]`)
    // what is rarely asked for is folded away, and open where it is in force
    expect(await page.isVisible('#min_rating')).toBe(false)
    await page.click(`text=${ko.evaluations.rows.moreFilters}`)
    await page.fill('#min_rating', '8')
    await page.click('.filter-grid [type=submit]')
    expect(await page.inputValue('#min_rating')).toBe('8')
    expect(await page.isVisible('#min_rating')).toBe(true)
    await page.click('tbody a >> nth=0')
    expect(await heading(page)).toBe('first')
    await page.keyboard.press('j')
    await page.waitForURL(/rows\/3/)
    expect(await heading(page)).toBe('third')
    await page.keyboard.press('ArrowLeft')
    await page.waitForURL(/rows\/1/)
    // what is typed into a field is text
    await page.focus('#note-1')
    await page.keyboard.type('jk')
    expect(await page.inputValue('#note-1')).toBe('jk')
    expect(await heading(page)).toBe('first')
  })

  test('show Markdown of answers as text and never as markup; their source on a switch', async () => {
    const id = await evaluated()
    const page = await open()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await signIn(page, stage, `/evaluations/${id}/rows/1`)
    const shown = page.locator('.markdown').nth(1)
    expect(await shown.locator('td').allTextContents()).toEqual(['한라산', '1,947 m'])
    expect(await shown.locator('pre').textContent()).toContain('<script>')
    expect(await shown.locator('img, script').count()).toBe(0)
    expect(
      await shown.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href'))),
    ).toEqual(['https://elsewhere.example/'])
    expect(await page.title()).not.toBe('owned')
    expect(asked.filter((url) => !url.startsWith(stage.base))).toEqual([])
    await page.click(`text=${ko.evaluations.rows.source}`)
    await page.waitForURL(/source=1/)
    expect(await page.locator('pre.source').nth(1).textContent()).toBe(answer)
  })

  test('are labelled blind: the rating appears with the label, and agreement counts it at once', async () => {
    const id = await evaluated()
    const page = await open({ locale: 'en-GB' })
    await signIn(page, stage, `/evaluations/${id}/rows`)
    await page.click(`text=${en.evaluations.rows.blindOn}`)
    expect(await page.locator('tbody').textContent()).not.toContain('8')
    // the judge's words are not searched either
    await page.goto(`/evaluations/${id}/rows?blind=1&search=Rating`)
    expect(await page.locator('tbody tr').count()).toBe(0)
    await page.goto(`/evaluations/${id}/rows?blind=1`)
    await page.click('tbody a >> nth=0')
    expect(await page.locator('.judged').textContent()).toContain(en.evaluations.rows.hiddenUntilLabelled)
    expect(await page.locator('.judged').textContent()).not.toContain('8')
    await page.fill('#label-1', '8')
    await page.fill('#note-1', 'a table, as asked')
    await page.click('button[value=stay]')
    await expect.poll(() => page.locator('.judged .tag').first().textContent()).toBe('8')
    const byHand = new RegExp(`${en.evaluations.rows.byHand}\\s*1`)
    expect(await page.textContent('.agreement')).toMatch(byHand)
    expect(await page.textContent('.agreement')).toMatch(/Mean absolute error\s*0\.00/)
    // two turns, each with its own
    await page.keyboard.press('j')
    await page.waitForURL(/rows\/2/)
    expect(await page.locator('.row-turn').count()).toBe(2)
    await page.fill('#label-2', '6')
    await page.click('.row-turn >> nth=1 >> button[value=next]')
    await page.waitForURL(/rows\/3/)
    expect(await page.textContent('.agreement')).toMatch(/Mean absolute error\s*1\.00/)
    const file = await page.request.get(`/console/api/v1/evaluations/${id}/labels`, {
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    expect((await file.text()).trim().split('\n')).toHaveLength(2)
  })

  test('are judged again, several times, without changing the evaluation', async () => {
    const id = await evaluated()
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}/rows/2`)
    await page.click(`summary:has-text("${ko.evaluations.rows.judgeAgain}")`)
    await page.selectOption('#again-turn', '2')
    await page.fill('#again-n', '2')
    await page.click('form[action*="/judge"] [type=submit]')
    await page.waitForSelector(`[aria-label="${ko.evaluations.rows.judgedAgain}"]`)
    expect(await page.textContent('[role=status]')).toContain(ko.evaluations.rows.spread('8', 8, 8))
    await picture(page, 'rows-judged-again')
    // the address of the answer leads back to the row
    await page.goto(page.url())
    expect(new URL(page.url()).pathname).toBe(`/evaluations/${id}/rows/2`)
  })

  for (const width of [360, 768, 1440]) {
    for (const [locale, colorScheme] of [
      ['ko-KR', 'light'],
      ['en-GB', 'dark'],
    ] as const) {
      test(`fit at ${width} pixels, ${locale}`, async () => {
        const id = await evaluated()
        const page = await open({ locale, colorScheme, viewport: { width, height: 900 } })
        await signIn(page, stage, `/evaluations/${id}/rows`)
        for (const [name, path] of [
          ['list', ''],
          ['one', '/1'],
          ['two', '/2'],
        ]) {
          await page.goto(`/evaluations/${id}/rows${path}`)
          const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
          expect(beyond).toBeLessThanOrEqual(0)
          await picture(page, `rows-${name}-${width}-${locale}`)
        }
      })
    }
  }
})
