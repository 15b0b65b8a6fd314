import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, linkFromMail } from './support/browser.ts'
import { apply } from './support/examples.ts'

inBrowser('the status of an application', (open, stage) => {
  test('a lost token is replaced by a link from a mail, and nothing tells whether an address is known', async () => {
    const { id, token, email } = await apply(stage)
    const page = await open()
    for (const address of ['nobody@example.org', email]) {
      await page.goto('/status')
      await page.fill('#email', address)
      await page.click('form[action="/status/lost"] button')
      expect(await page.textContent('[role=status]')).toBe(ko.status.linkSent)
    }
    await page.goto(await linkFromMail(stage.outbox, email, 'status'))
    expect(new URL(page.url()).hash).toBe('')
    await page.click('#status-link button')
    await page.waitForURL('**/status?new')
    expect(await page.textContent('main')).toContain(id)
    const old = await fetch(`${stage.base}/v1/applications/${id}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(old.status).toBe(404)
  })

  test('withdrawing destroys the data, and says so', async () => {
    const { id, token } = await apply(stage)
    const page = await open()
    await page.goto('/status')
    await page.fill('#id', id)
    await page.fill('#token', token)
    await page.click('form[action="/status"] button')
    await page.click('details summary')
    await page.click('form[action="/status/withdraw"] button')
    expect(await page.textContent('[role=status]')).toBe(ko.status.withdrawn)
    expect(await page.textContent('h1')).toBe(ko.status.names.withdrawn)
    expect(await page.locator('a[href="/status/edit"]').count()).toBe(0)
  })

  test('the form asks for a company only whoever belongs to one', async () => {
    const { id, token } = await apply(stage)
    const page = await open({ javaScriptEnabled: false })
    await page.goto('/status')
    await page.fill('#id', id)
    await page.fill('#token', token)
    await page.click('form[action="/status"] button')
    await page.goto('/status/edit')
    expect(await page.isVisible('#company')).toBe(false)
    await page.check('input[name=affiliation][value=company]')
    expect([await page.isVisible('#company'), await page.isVisible('#department')]).toEqual([true, true])
  })

  test('a wrong token opens nothing', async () => {
    const { id } = await apply(stage)
    const page = await open()
    await page.goto('/status')
    await page.fill('#id', id)
    await page.fill('#token', 'kst_0000000000000000000000000000000000000000000')
    await page.click('form[action="/status"] button')
    expect(await page.textContent('[role=alert]')).toContain(ko.status.wrong)
  })
})
