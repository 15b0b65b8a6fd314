import { expect, test } from 'vitest'
import { inBrowser, linkFromMail, signIn, signInAsOperator } from './support/browser.ts'
import { hostileExplanation } from './support/fragile-node.ts'

const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">"'`

inBrowser('texts that would like to be scripts', (open, stage) => {
  const api = (path: string, method: string, body: unknown, token = stage.key) =>
    fetch(stage.base + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  test('what a judge writes, and key names, stay text', async () => {
    const page = await open()
    await signIn(page, stage)
    await page.selectOption('#model', 'fragile-judge')
    await page.fill('#question_1', `MARKUP ${hostile}`)
    await page.fill('#answer_1', hostile)
    await page.click('#judge [type=submit]')
    await page.waitForSelector('#result-card .judgment')
    expect(await page.textContent('#result-card [data-slot=explanation]')).toBe(hostileExplanation)
    expect((await api('/v1/keys', 'POST', { name: hostile, scopes: ['read'] })).status).toBe(201)
    for (const path of ['/judgments', '/keys']) {
      await page.goto(path)
      expect(await page.locator('main').textContent()).toContain('<script>')
      expect(await page.title()).not.toBe('owned')
      expect(await page.locator('main script, main img').count()).toBe(0)
    }
    await page.goto('/judgments')
    await page.click('td a')
    expect(await page.textContent('[data-slot=explanation]')).toBe(hostileExplanation)
    expect(await page.textContent('main')).toContain(hostile)
    expect(await page.locator('main script, main img').count()).toBe(0)
    await page.goto(`/judge?from=${page.url().split('/').at(-1)}`)
    expect(await page.inputValue('#answer_1')).toBe(hostile)
    expect(await page.title()).not.toBe('owned')
  })

  test('names of evaluations, models, categories and files stay text', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.selectOption('#model', 'fragile-judge')
    const rows = ['가', '나'].map((question) => ({
      id: hostile,
      category: hostile,
      model: hostile,
      question: `${question} MARKUP`,
      answer: hostile,
    }))
    await page.setInputFiles('#files', {
      name: `${hostile.replaceAll('/', '')}.jsonl`,
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(
        rows.map((row, index) => JSON.stringify({ ...row, id: `${index}${hostile}` })).join('\n'),
      ),
    })
    await page.fill('#name', hostile)
    await page.click('#check')
    await page.waitForSelector('#preview:not([hidden])')
    expect(await page.locator('#preview script, #preview img').count()).toBe(0)
    await page.click('#start')
    await page.waitForURL('**/evaluations/evl*')
    await page.waitForSelector('h1 .tag.good', { timeout: 30_000 })
    const evaluation = page.url()
    const itself = `with=${evaluation.split('/').at(-1)}`
    const sides = new URLSearchParams({ model: hostile, with_model: hostile })
    for (const path of [
      evaluation,
      `${evaluation}/rows`,
      `${evaluation}/compare?${itself}`,
      `${evaluation}/compare?${itself}&${sides}`,
      '/evaluations',
      '/leaderboard',
    ]) {
      await page.goto(path)
      expect(await page.textContent('main')).toContain('<script>')
      expect(await page.title()).not.toBe('owned')
      expect(await page.locator('main script, main img').count()).toBe(0)
    }
  })

  test('what applicants and reviewers write stays text', async () => {
    const address = `hostile-${Date.now()}@example.org`
    const form = await (await fetch(`${stage.base}/v1/application-form`)).json()
    const answer = await fetch(`${stage.base}/v1/applications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: hostile,
        date_of_birth: '1990-01-01',
        affiliation: 'company',
        company: hostile,
        position: hostile,
        email: address,
        phone: '010-1234-5678',
        purpose: 'research',
        model: hostile,
        reason: hostile,
        objectives: hostile,
        use_cases: hostile,
        security_plan: hostile,
        consents: {
          review: true,
          overseas: true,
          version: (form as { consent_version: string }).consent_version,
        },
      }),
    })
    expect(answer.status).toBe(201)
    const { id, status_token: token } = (await answer.json()) as { id: string; status_token: string }
    const page = await open()
    await page.goto(await linkFromMail(stage.outbox, address, 'verify'))
    await page.click('#link-button')
    await page.waitForSelector('#link-done:not([hidden])')
    await signInAsOperator(page, stage)
    await page.goto(`/operator/applications/${id}`)
    expect(await page.textContent('main')).toContain(hostile)
    await page.fill('#reason', hostile)
    await page.click('form[action$="/reveal"] button')
    expect(await page.textContent('main')).toContain(hostile)
    expect(await page.title()).not.toBe('owned')

    await page.goto('/status')
    await page.fill('#id', id)
    await page.fill('#token', token)
    await page.click('form[action="/status"] [type=submit]')
    await page.waitForURL('**/status')
    await page.goto('/status/edit')
    expect(await page.inputValue('#reason')).toBe(hostile)
    expect(await page.title()).not.toBe('owned')
  })

  test('the policy of every page allows no inline script', async () => {
    for (const path of [
      '/',
      '/docs',
      '/docs/errors',
      '/apply',
      '/status',
      '/sign-in',
      '/claim',
      '/nowhere',
    ]) {
      const { headers } = await fetch(stage.base + path, { headers: { accept: 'text/html' } })
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain('unsafe')
    }
  })
})
