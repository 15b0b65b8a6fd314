import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('usage and keys', (open, stage) => {
  const worksWith = async (key: string) => {
    const { status } = await fetch(`${stage.base}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    return status === 200
  }

  test('a key is made with bounds of its own, rotated and revoked, and shown once each time', async () => {
    const page = await open()
    await signIn(page, stage, '/keys')
    const name = `회전 ${Date.now()}`
    await page.fill('#name', name)
    await page.fill('#concurrent', '3')
    await page.click('form[action="/keys"] [type=submit]')
    const first = (await page.textContent('#key'))!.replaceAll(/\s/g, '')
    const row = page.locator('tr', { hasText: name }).first()
    expect(await row.textContent()).toContain(`${ko.account.usage.concurrent} 3`)
    await page.locator('tr', { hasText: name }).locator('a[href$="/rotate"]').click()
    expect(await page.textContent('h1')).toBe(ko.account.keys.confirm.rotate)
    await page.click('main form [type=submit]')
    await page.waitForURL('**/keys?new=*')
    const second = (await page.textContent('#key'))!.replaceAll(/\s/g, '')
    expect(second).not.toBe(first)
    // the old one has its day of grace
    expect([await worksWith(first), await worksWith(second)]).toEqual([true, true])
    await page.goto('/keys')
    expect(await page.content()).not.toContain(second)
    await page
      .locator('tr', { hasText: second.slice(0, 12) })
      .first()
      .waitFor()
    for (let left = 2; left > 0; left--) {
      await page.locator('tr', { hasText: name }).locator('a[href$="/revoke"]').first().click()
      await page.click('main form [type=submit]')
      await page.waitForURL('**/keys')
    }
    await expect.poll(() => worksWith(second), { timeout: 30_000 }).toBe(false)
  })

  test('reloading after a key was made makes no other, and the page keeps it in the other language', async () => {
    const page = await open()
    await signIn(page, stage, '/keys')
    const name = `한 번 ${Date.now()}`
    await page.fill('#name', name)
    await page.click('form[action="/keys"] [type=submit]')
    const key = await page.textContent('#key')
    await page.reload()
    expect(await page.textContent('#key')).toBe(key)
    await page.click('a[hreflang=en]')
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    expect(await page.textContent('#key')).toBe(key)
    await picture(page, 'key-fresh')
    expect(await page.locator('tbody tr', { hasText: name }).count()).toBe(1)
    // leaving the page is the end of it
    const shown = page.url()
    await page.goto('/keys')
    await page.goto(shown)
    expect(await page.locator('#key').count()).toBe(0)
  })

  test('whoever would revoke the last key that manages keys is warned, and has to say so', async () => {
    const page = await open()
    await signIn(page, stage, '/keys')
    const own = page.locator('tr', { hasText: ko.account.keys.current })
    await own.locator('a[href$="/revoke"]').click()
    expect(await page.textContent('main')).toContain(ko.account.keys.confirm.ownKey)
    expect(await page.textContent('main')).toContain(ko.account.keys.confirm.lastManager)
    await picture(page, 'key-last-manager')
    await page.click('main form [type=submit]')
    // the box is not ticked: nothing was sent
    expect(await page.isVisible('#confirm')).toBe(true)
    expect(await worksWith(stage.key)).toBe(true)
  })

  test('a key gets another name and other bounds, and is told what it may not have', async () => {
    const page = await open()
    const name = `이름 ${Date.now()}`
    await signIn(page, stage, '/keys')
    await page.fill('#name', name)
    await page.click('form[action="/keys"] [type=submit]')
    await page.goto('/keys')
    await page.locator('tr', { hasText: name }).locator('a').first().click()
    expect(await page.inputValue('#name')).toBe(name)
    await page.fill('#name', `${name} 새`)
    await page.fill('#concurrent', '1000000000')
    await page.click('main form.card [type=submit]')
    expect(await page.textContent('#concurrent-problem')).not.toBe('')
    expect(await page.inputValue('#name')).toBe(`${name} 새`)
    await page.fill('#concurrent', '2')
    await picture(page, 'key-change')
    await page.click('main form.card [type=submit]')
    await page.waitForURL('**/keys')
    const row = page.locator('tr', { hasText: `${name} 새` })
    expect(await row.textContent()).toContain(`${ko.account.usage.concurrent} 2`)
  })

  test('how long runs took is drawn day by day, and said in words at each day', async () => {
    const asked = { model: 'fragile-judge', question: `시간 ${Date.now()}`, answer: '답' }
    const response = await fetch(`${stage.base}/v1/judgments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(asked),
    })
    expect(response.status).toBe(200)
    const page = await open()
    await signIn(page, stage, '/usage')
    const plot = page.locator('figure', { hasText: ko.account.usage.latencyByDay })
    expect(await plot.locator('.median').count()).toBe(1)
    const words = await plot
      .locator('g', { has: page.locator('.median') })
      .locator('title')
      .textContent()
    expect(words).toMatch(/\d초, 95백분위 [\d.]+초$/)
  })

  test('the limits of the plan stand beside what is left of them', async () => {
    const page = await open()
    await signIn(page, stage, '/usage')
    const limits = await page.textContent('section[aria-labelledby="limits"]')
    for (const bound of ['perMinute', 'concurrent', 'perDay'] as const) {
      expect(limits).toContain(ko.account.usage[bound])
    }
    await picture(page, 'usage-limits')
  })
})
