import { expect, test } from 'vitest'
import { seal } from '../../gateway/console/sessions/sealing.ts'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, signIn, signInAsOperator } from './support/browser.ts'

inBrowser('sessions', (open, stage) => {
  test('the key lies in a sealed cookie that no script reads, and nowhere else', async () => {
    const page = await open()
    await signIn(page, stage)
    const cookie = (await page.context().cookies()).find(({ name }) => name === '__Host-keval-tenant')!
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' })
    expect(cookie.value).not.toContain(stage.key.slice(4))
    expect(await page.evaluate(() => document.cookie)).not.toContain('keval')
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).toBe('{}')
    expect(await page.content()).not.toContain(stage.key)
    expect(page.url()).not.toContain('kev_')
  })

  test('a mistyped key is named as one, before anything is looked up', async () => {
    const page = await open()
    await page.goto('/sign-in')
    await page.fill('#credential', `${stage.key.slice(0, -1)}${stage.key.endsWith('x') ? 'y' : 'x'}`)
    await page.click('main [type=submit]')
    expect(await page.textContent('[role=alert]')).toContain(ko.errors.malformed_api_key!.title)
  })

  test('who is signed in and the way out are in sight at every width, for two roles at once too', async () => {
    for (const width of [360, 800, 1100, 1440]) {
      const page = await open({ viewport: { width, height: 700 }, locale: 'en-GB' })
      await signIn(page, stage)
      await signInAsOperator(page, stage)
      await page.goto('/judge')
      for (const part of ['.who', 'form[action="/sign-out"] button']) {
        const box = (await page.locator(part).boundingBox())!
        expect(box.x + box.width, `${part} at ${width}`).toBeLessThanOrEqual(width)
        expect(box.width).toBeGreaterThan(20)
      }
    }
  })

  test('after signing out, pages and calls are closed', async () => {
    const page = await open()
    await signIn(page, stage)
    await page.click('form[action="/sign-out"] button')
    expect(await page.textContent('[role=status]')).toContain(ko.signIn.signedOut)
    await page.goto('/keys')
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    const status = await page.evaluate(() => fetch('/console/api/v1/judgments').then(({ status }) => status))
    expect(status).toBe(401)
  })

  test('whoever signs out has signed out everywhere', async () => {
    const page = await open()
    await signIn(page, stage)
    await signInAsOperator(page, stage)
    await page.click('form[action="/sign-out"] button')
    await page.goto('/keys')
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await page.goto('/operator/tenants')
    expect(new URL(page.url()).pathname).toBe('/operator/sign-in')
  })

  test('signing in leads to the page that was asked for, its query included', async () => {
    const page = await open()
    await page.goto('/judgments?verdict=rated&search=%EB%B4%84')
    await page.fill('#credential', stage.key)
    await page.click('main [type=submit]')
    await page.waitForURL('**/judgments?verdict=rated&search=%EB%B4%84')
    expect(await page.inputValue('#search')).toBe('봄')
  })

  test("a wrong admin secret is answered in the reader's language", async () => {
    const page = await open()
    await page.goto('/operator/sign-in')
    await page.fill('#credential', 'wrong-secret-of-the-operator')
    await page.click('main [type=submit]')
    const said = await page.textContent('[role=alert]')
    expect(said).toContain(ko.errors.operator_required!.title)
    expect(said!.replace(/operator_required|request id.*/gi, '')).not.toMatch(/[A-Za-z]{4,} [a-z]{3,}/)
  })

  test('an expired session says so and leads back to where one was', async () => {
    const page = await open()
    const content = JSON.stringify({
      id: 'x',
      credential: stage.key,
      label: 'kev_test',
      csrf: 'x',
      startedAt: 0,
      expiresAt: 1,
    })
    await signIn(page, stage)
    const cookie = (await page.context().cookies()).find(({ name }) => name === '__Host-keval-tenant')!
    const value = await seal(stage.masterSecret, 'tenant', content)
    await page.context().addCookies([{ ...cookie, value }])
    await page.goto('/usage')
    expect(await page.textContent('[role=status]')).toContain(ko.common.sessionEnded)
    await page.fill('#credential', stage.key)
    await page.click('main [type=submit]')
    await page.waitForURL('**/usage')
  })

  test("a tenant's cookie is no operator's", async () => {
    const page = await open()
    await signIn(page, stage)
    const [cookie] = (await page.context().cookies()).filter(({ name }) => name === '__Host-keval-tenant')
    await page.context().addCookies([{ ...cookie!, name: '__Host-keval-operator' }])
    await page.goto('/operator/tenants')
    expect(new URL(page.url()).pathname).toBe('/operator/sign-in')
  })

  test('forms without the token, and calls from elsewhere, change nothing', async () => {
    const page = await open()
    await signIn(page, stage)
    const cookies = await page.context().cookies()
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
    const post = (path: string, headers: Record<string, string>, body: string) =>
      fetch(stage.base + path, { method: 'POST', redirect: 'manual', headers: { cookie, ...headers }, body })
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const own = { 'sec-fetch-site': 'same-origin', origin: stage.base }

    expect((await post('/keys', { ...form, ...own }, 'name=stolen&scopes=read')).status).toBe(403)
    const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' }
    expect((await post('/keys', { ...form, ...elsewhere }, 'name=stolen&scopes=read')).status).toBe(403)
    expect(
      (await post('/console/api/v1/keys', { 'content-type': 'application/json', ...own }, '{}')).status,
    ).toBe(403)
    await page.goto('/keys')
    expect(await page.textContent('main')).not.toContain('stolen')
  })

  test.each([
    '//elsewhere.example',
    '/\t/elsewhere.example',
    '/\\elsewhere.example',
    '/.//elsewhere.example',
  ])('where to go after signing in cannot lead elsewhere: %j', async (next) => {
    const page = await open()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await page.fill('#credential', stage.key)
    await page.click('main [type=submit]')
    await page.waitForURL(`${stage.base}/judge`)
  })

  test('behind a TLS proxy, whose address the request does not show, forms work', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${stage.base}/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ credential: stage.key }),
      })
    const outside = 'https://keval.example'
    expect((await post({ 'sec-fetch-site': 'same-origin', origin: outside })).status).toBe(303)
    expect((await post({ 'sec-fetch-site': 'cross-site', origin: stage.base })).status).toBe(403)
    expect((await post({ origin: stage.base })).status).toBe(303)
    expect((await post({ origin: outside })).status).toBe(403)
    expect((await post({})).status).toBe(403)
  })

  test('a wrong admin secret is refused', async () => {
    const page = await open()
    await page.goto('/operator/sign-in')
    await page.fill('#credential', 'not-the-secret')
    await page.click('main [type=submit]')
    expect(await page.textContent('[role=alert]')).toContain(ko.errors.operator_required!.title)
    await signInAsOperator(page, stage)
  })
})
