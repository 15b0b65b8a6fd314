import { expect, test } from 'vitest'
import { inBrowser, linkFromMail, signIn, signInAsOperator } from './support/browser.ts'
import { hostileExplanation } from './support/fragile-node.ts'
import { startHostileNode } from './support/hostile-node.ts'

const hostile = `<script>document.title='owned'</script><img src=x onerror="document.title='owned'">"'`

inBrowser('texts that would like to be scripts', (open, stage) => {
  const api = (path: string, method: string, body?: unknown, token = stage.key) =>
    fetch(stage.base + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
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
      `${evaluation}/rows/1`,
      `${evaluation}/compare/rows?${itself}&${sides}&outcome=tie`,
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

  test('what is wrong with a field or a file is said without running it', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.selectOption('#model', 'fragile-judge')
    const buffer = Buffer.from(JSON.stringify({ [hostile]: hostile, question: hostile }))
    await page.setInputFiles('#files', { name: 'bad.jsonl', mimeType: 'text/plain', buffer })
    await page.click('#check')
    await page.waitForSelector('#upload-problem .notice')
    await signInAsOperator(page, stage)
    await page.goto('/operator/nodes')
    await page.fill('#id', hostile)
    await page.fill('#url', `http://127.0.0.1:9/${encodeURIComponent(hostile)}`)
    await page.fill('#region', hostile)
    await page.click('#register [type=submit]')
    // typed again for the one who has to correct it
    expect(await page.inputValue('#id')).toBe(hostile)
    expect(await page.inputValue('#region')).toBe(hostile)
    await page.goto('/operator/plans/research')
    const name = await page.inputValue('#name')
    for (const value of [hostile, name]) {
      await page.goto('/operator/plans/research')
      await page.fill('#name', value)
      await page.click('main form [type=submit]')
      await page.waitForURL('**/operator/tenants')
      expect(await page.textContent('main')).toContain(value)
      expect(await page.locator('main script, main img').count()).toBe(0)
    }
    expect(await page.title()).not.toBe('owned')
  })

  test('nodes, their addresses, models, notices and reasons stay text', async () => {
    const nodes = [await startHostileNode(hostile, true), await startHostileNode(hostile, false)] as const
    const page = await open()
    try {
      for (const [index, node] of nodes.entries()) {
        const url = `${node.url}/${encodeURIComponent(hostile)}`
        const registration = { id: `hostile-${index}`, url, region: '<b>region</b>' }
        expect((await api('/admin/v1/nodes', 'POST', registration, stage.adminSecret)).status).toBe(201)
      }
      await signInAsOperator(page, stage)
      await page.goto('/operator/nodes')
      const [up, down] = [
        page.locator('article', { hasText: 'hostile-0' }),
        page.locator('article', { hasText: 'hostile-1' }),
      ]
      for (const text of [`model ${hostile}`, `revision ${hostile}`, '<b>region</b>']) {
        expect(await up.textContent()).toContain(text)
      }
      expect(await down.textContent()).toContain(`reason ${hostile}`)
      await signIn(page, stage)
      await page.selectOption('#model', `model ${hostile}`)
      expect(await page.textContent('#judge')).toContain(`notice ${hostile}`)
      await page.fill('#question_1', hostile)
      expect(await page.textContent('#call-curl')).toContain('model <script>')
      for (const path of ['/judge', '/operator/nodes']) {
        await page.goto(path)
        expect(await page.locator('main script, main img').count()).toBe(0)
        expect(await page.title()).not.toBe('owned')
      }
    } finally {
      for (const [index, node] of nodes.entries()) {
        await api(`/admin/v1/nodes/hostile-${index}`, 'DELETE', undefined, stage.adminSecret)
        await node.close()
      }
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

    // the question, the answer to it, and the reason of the decision, as both sides read them
    const review = async (step: string, body: object) => {
      const path = `/admin/v1/applications/${id}`
      const shown = await api(path, 'GET', undefined, stage.adminSecret)
      const { revision } = (await shown.json()) as { revision: number }
      return api(`${path}/${step}`, 'POST', { revision, ...body }, stage.adminSecret)
    }
    expect((await review('request-info', { question: hostile })).status).toBe(200)
    await page.goto('/status')
    expect(await page.textContent('main')).toContain(hostile)
    await page.fill('#answer', `answer ${hostile}`)
    await page.click('form[action="/status/answer"] button')
    await page.waitForURL('**/status?done=answered')
    await page.goto(`/operator/applications/${id}`)
    expect(await page.textContent('main')).toContain(`answer ${hostile}`)
    expect((await review('reject', { code: 'other', message: hostile })).status).toBe(200)
    for (const path of ['/status', `/operator/applications/${id}`, '/operator/audit']) {
      await page.goto(path)
      expect(await page.textContent('main')).toContain(hostile)
      expect(await page.locator('main script, main img').count()).toBe(0)
      expect(await page.title()).not.toBe('owned')
    }
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
