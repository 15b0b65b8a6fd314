import { expect, test } from 'vitest'
import { en } from '../../gateway/console/texts/en.ts'
import { ko } from '../../gateway/console/texts/ko.ts'
import type { Webhook } from '../../schema/api/webhooks.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('webhooks', (open, stage) => {
  const headers = { authorization: `Bearer ${stage.key}` }
  const list = async () =>
    ((await (await fetch(`${stage.base}/v1/webhooks`, { headers })).json()) as { data: Webhook[] }).data
  // no such host: a name below one that is reserved for examples
  const address = `https://hooks-${Date.now()}.example.org/keval`

  test('are added, tried, changed and deleted, and show their secret once', async () => {
    const page = await open()
    await signIn(page, stage, '/webhooks')
    await page.fill('#url', 'https://127.0.0.1/keval')
    await page.click('form[action="/webhooks"] [type=submit]')
    expect(await page.locator('main [role=alert]').count()).toBe(1)
    expect(await page.inputValue('#url')).toBe('https://127.0.0.1/keval')
    await page.fill('#url', address)
    await page.uncheck('[value="audit.completed"]')
    await page.click('form[action="/webhooks"] [type=submit]')
    await page.waitForURL('**/webhooks?new=*')
    const secret = await page.innerText('#key')
    expect(secret).toMatch(/^whsec_/)
    await picture(page, 'webhook-secret-ko')
    await page.goto('/webhooks')
    expect(await page.textContent('main')).not.toContain(secret)
    const made = (await list()).find(({ url }) => url === address)!
    expect(made.events).not.toContain('audit.completed')

    await page.click(`text=${address}`)
    await page.click(`text=${ko.webhooks.test}`)
    const row = page.locator('tbody tr', { hasText: ko.webhooks.testEvent })
    await row.waitFor()
    expect(await row.textContent()).toContain(ko.webhooks.statuses.failed)
    await page.click(`text=${ko.webhooks.test}`)
    expect(await page.locator('main [role=alert]').count()).toBe(1)
    await picture(page, 'webhook-ko')

    await page.check('[value="audit.completed"]')
    await page.click(`text=${ko.webhooks.save}`)
    await page.click(`form[action$="/off"] button`)
    await page.waitForSelector(`text=${ko.webhooks.offHints.by_user}`)
    const changed = (await list()).find(({ id }) => id === made.id)!
    expect([changed.events.length, changed.disabled]).toEqual([4, 'by_user'])
    await page.click(`form[action$="/on"] button`)
    await page.waitForSelector(`form[action$="/off"]`)

    await page.click('a[href$="/rotate"]')
    await page.click('main form [type=submit]')
    await page.waitForURL('**?new=*')
    expect(await page.innerText('#key')).not.toBe(secret)
    await page.click('a[href$="/delete"]')
    await picture(page, 'webhook-delete-ko')
    await page.click('main form [type=submit]')
    await page.waitForURL('**/webhooks')
    expect((await list()).some(({ id }) => id === made.id)).toBe(false)
  })

  test('are offered in English where a tenant has no address for a mail', async () => {
    const page = await open({ locale: 'en-GB' })
    await signIn(page, stage, '/evaluations')
    expect(await page.locator('[name=notify]').count()).toBe(0)
    await page.click(`#upload a[href="/webhooks"]`)
    expect(await page.textContent('h1')).toBe(en.webhooks.title)
    await picture(page, 'webhooks-en')
  })
})
