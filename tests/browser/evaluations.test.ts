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
})
