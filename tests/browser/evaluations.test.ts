import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('an evaluation', (open, stage) => {
  async function start(question: string): Promise<string> {
    const response = await fetch(`${stage.base}/v1/evaluations?model=fragile-judge&name=test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' },
      // many slow rows, so that it is still under way when its page has been opened
      body: Array.from({ length: 80 }, (_, index) =>
        JSON.stringify({ id: `row-${index}`, question: `${question} ${index} ${Date.now()}`, answer: '답' }),
      ).join('\n'),
    })
    return ((await response.json()) as { id: string }).id
  }

  test('is stopped and taken up again from its page', async () => {
    const id = await start('SLOW')
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    expect(await page.textContent('#run')).toContain(ko.evaluations.run.left)
    await page.click('form[action$="/cancel"] button')
    await page.waitForSelector('form[action$="/resume"]')
    expect(await page.textContent('h1')).toContain(ko.evaluations.statuses.cancelled)
    await picture(page, 'evaluation-stopped')
    await page.click('form[action$="/resume"] button')
    await page.waitForSelector('form[action$="/cancel"]')
    expect(await page.textContent('h1')).toContain(ko.evaluations.statuses.running)
    await page.click('form[action$="/cancel"] button')
  })

  test('tells in the title how far it is, and that it has ended', async () => {
    const id = await start('TITLE')
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    // the tab was being looked at: nothing is left to be noticed, or it says so
    expect(await page.title()).toMatch(/^(✓ |\d+% · )?test/)
    const slow = await start('SLOW')
    await page.goto(`/evaluations/${slow}`)
    await expect.poll(() => page.title(), { timeout: 10_000 }).toMatch(/^\d+% · test/)
    await page.click('form[action$="/cancel"] button')
    await page.waitForSelector('form[action$="/resume"]')
  })

  test('that no node judges for a minute says so on the open page', async () => {
    const id = await start('SLOW')
    const page = await open()
    await page.clock.install()
    await signIn(page, stage, `/evaluations/${id}`)
    const notice = page.locator('#delay')
    expect(await notice.textContent()).toBe('')
    await page.clock.fastForward(70_000)
    await expect.poll(() => notice.textContent(), { timeout: 10_000 }).toBe(ko.evaluations.run.stalled)
    await page.click('form[action$="/cancel"] button')
  })

  test.each(['ko', 'en'] as const)('its HTML report opens with its styles, in %s', async (language) => {
    const id = await start('REPORT')
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    await page.goto(`/evaluations/${id}?lang=${language}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    const link = await page.getAttribute('a[href*="format=html"]', 'href')
    const answer = await page.goto(link!)
    expect([answer?.status(), answer?.headers()['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(await page.getAttribute('html', 'lang')).toBe(language)
    const padding = await page.locator('main').evaluate((main) => getComputedStyle(main).paddingTop)
    expect(padding).toBe('24px')
    // an address that is pasted opens too, and asks to sign in where nobody is signed in
    const address = page.url()
    await page.goto(address)
    expect(await page.getAttribute('html', 'lang')).toBe(language)
    await picture(page, `report-${language}`)
    await page.context().clearCookies()
    await page.goto(address)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    expect(await page.inputValue('[name=next]')).toContain('/report?format=html')
  })
})
