import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('a shared report', (open, stage) => {
  test('is opened by a link from the console without a key, until the link is revoked', async () => {
    const response = await fetch(`${stage.base}/v1/evaluations?model=fragile-judge&name=shared`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' },
      body: JSON.stringify({ question: '공유할 질문', answer: '답입니다.' }),
    })
    const { id } = (await response.json()) as { id: string }
    const page = await open()
    await signIn(page, stage, `/evaluations/${id}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    await page.click(`a[href="/evaluations/${id}/share"]`)
    await page.selectOption('#days', '1')
    await page.check('[name=rows]')
    await page.click('form[action$="/share"] button')
    const url = await page.locator('main .notice a').innerText()
    expect(await page.textContent('main')).toContain(ko.evaluations.share.reportAndRows)
    await picture(page, 'share-ko')

    const reader = await open()
    const shown = await reader.goto(url)
    expect([shown?.status(), shown?.headers()['x-robots-tag']]).toEqual([200, 'noindex, nofollow'])
    expect(await reader.textContent('h1')).toContain('shared')
    await picture(reader, 'shared-report-ko')

    await page.click('form[action$="/revoke"] button')
    await page.waitForURL(`**/evaluations/${id}/share`)
    expect(await page.textContent('main')).toContain(ko.evaluations.share.none)
    expect((await reader.goto(url))?.status()).toBe(404)
  })
})
