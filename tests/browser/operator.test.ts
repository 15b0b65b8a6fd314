import { expect, test } from 'vitest'
import { en } from '../../gateway/console/texts/en.ts'
import { ko } from '../../gateway/console/texts/ko.ts'
import type { NodeView } from '../../schema/api/nodes.ts'
import { faultyNode } from '../faults/faulty-node.ts'
import { inBrowser, picture, signInAsOperator } from './support/browser.ts'
import { apply } from './support/examples.ts'

inBrowser('the operator', (open, stage) => {
  test('changes a plan, and is told beside the field what is not allowed', async () => {
    const page = await open()
    await signInAsOperator(page, stage)
    await page.goto('/operator/plans/research')
    const limit = page.locator('#concurrent')
    await limit.fill('20000')
    await page.click('main form [type=submit]')
    expect(await limit.getAttribute('aria-invalid')).toBe('true')
    await limit.fill('7')
    await page.click('main form [type=submit]')
    await page.waitForURL('**/operator/tenants')
    await page.goto('/operator/plans/research')
    expect(await limit.inputValue()).toBe('7')
  })

  test('begins with what waits: applications, nodes in trouble, tenants that expire', async () => {
    const { id } = await apply(stage)
    const page = await open()
    await signInAsOperator(page, stage)
    const card = (title: string) => page.locator('section.card', { hasText: title })
    expect(await card(ko.operator.overview.applications).textContent()).toContain(id)
    // nobody answers at this node; those of other tests may be unhealthy too
    expect(await card(ko.operator.overview.nodes).textContent()).not.toContain('silent')
    const asOperator = { authorization: `Bearer ${stage.adminSecret}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ id: 'silent', url: 'http://127.0.0.1:9', adapter: 'openai' })
    const nodes = `${stage.base}/admin/v1/nodes`
    await fetch(nodes, { method: 'POST', headers: asOperator, body })
    try {
      await expect
        .poll(
          async () => {
            await page.goto('/operator')
            return card(ko.operator.overview.nodes).textContent()
          },
          { timeout: 30_000, interval: 500 },
        )
        .toContain('silent')
      await picture(page, 'operator-overview')
    } finally {
      await fetch(`${nodes}/silent`, { method: 'DELETE', headers: asOperator })
    }
  })

  test('renews a tenant, issues a key once, and revokes it after being asked', async () => {
    const page = await open()
    await signInAsOperator(page, stage)
    await page.goto('/operator/tenants/ten_demo')
    const plan = await page.inputValue('#plan')
    await page.fill('#expires', '2031-12-31')
    await page.click('form[action$="/grant"] [type=submit]')
    await page.waitForURL('**/ten_demo')
    expect(await page.inputValue('#expires')).toBe('2031-12-31')
    expect(await page.inputValue('#plan')).toBe(plan)
    await page.fill('#expires', '')
    await page.click('form[action$="/grant"] [type=submit]')
    await expect.poll(() => page.inputValue('#expires')).toBe('')

    const name = `발급 ${Date.now()}`
    await page.click(`summary:has-text("${ko.operator.tenants.issueKey}")`)
    await page.fill('#name', name)
    await page.click('form[action$="/keys"] [type=submit]')
    const key = (await page.textContent('#key'))!.trim()
    const models = await fetch(`${stage.base}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
    expect(models.status).toBe(200)
    await picture(page, 'operator-issued-key')
    await page.locator('tr', { hasText: name }).locator('a').click()
    expect(await page.textContent('h1')).toBe(ko.account.keys.confirm.revoke)
    await page.click('main form [type=submit]')
    await page.waitForURL('**/ten_demo')
    expect(await page.locator('tr', { hasText: name }).textContent()).toContain(
      ko.account.keys.statuses.revoked,
    )
  })

  test('registers a node, drains it and removes it', async () => {
    const page = await open()
    await signInAsOperator(page, stage)
    await page.goto('/operator/nodes')
    await page.fill('#id', 'Not A Name')
    await page.fill('#url', 'http://127.0.0.1:9')
    await page.click('#register [type=submit]')
    expect(await page.isVisible('#id-problem')).toBe(true)
    await page.fill('#id', 'spare')
    await page.click('#register [type=submit]')
    const card = page.locator('article', { hasText: 'spare' })
    await card.locator('form[action$="/drain"] button').click()
    expect(await card.textContent()).toContain(ko.operator.nodes.draining)
    await card.locator('form[action$="/delete"] button').click()
    await card.waitFor({ state: 'detached' })
  })

  test('makes a join token, sees it once with its command, and revokes it', async () => {
    const page = await open()
    await signInAsOperator(page, stage)
    await page.goto('/operator/nodes')
    await page.fill('#note', '서울 GPU')
    await page.fill('#max_uses', '3')
    await page.click('#create-token [type=submit]')
    const shown = await page.textContent('#join-command')
    expect(shown).toMatch(/^KEVAL_JOIN_TOKEN=njt_\w{20}\.\w{43} npx keval-node serve --gateway http/)
    await page.goto('/operator/nodes')
    expect(await page.locator('#join-command').count()).toBe(0)
    const row = page.locator('#join-tokens tr', { hasText: '서울 GPU' })
    expect(await row.textContent()).toContain('0 / 3')
    await row.locator('button').click()
    await row.waitFor({ state: 'detached' })
  })

  test('sees a node that answers the clock and fails every call resting, until a call goes well', async () => {
    const node = await faultyNode('failing-judge', '500')
    const asOperator = { authorization: `Bearer ${stage.adminSecret}`, 'content-type': 'application/json' }
    const register = { id: 'failing', url: node.url, adapter: 'openai' }
    const nodes = `${stage.base}/admin/v1/nodes`
    await fetch(nodes, { method: 'POST', headers: asOperator, body: JSON.stringify(register) })
    const found = async () => {
      const { data } = (await (await fetch(nodes, { headers: asOperator })).json()) as { data: NodeView[] }
      return data.find(({ id }) => id === 'failing')
    }
    let asked = 0
    const judge = async () => {
      const body = { model: 'failing-judge', question: '질문', answer: `답 ${asked++}` }
      const headers = { authorization: `Bearer ${stage.key}`, 'content-type': 'application/json' }
      const request = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await fetch(`${stage.base}/v1/judgments`, request)).status
    }
    const page = await open()
    await signInAsOperator(page, stage)
    const card = page.locator('article', { hasText: 'failing' })
    const look = async (language: 'ko' | 'en') => {
      await page.goto(`/operator/nodes?lang=${language}`)
      return card.locator('.row').first().innerText()
    }
    try {
      expect(await found()).toMatchObject({ health: { state: 'up' }, breaker: null })
      expect(await look('ko')).toBe(ko.operator.nodes.up)
      while (node.calls.length < 5) expect(await judge()).toBe(502)
      // it rests longer each time: soon long enough to be looked at
      await expect
        .poll(
          async () => {
            await judge()
            const rest = (await found())?.breaker
            return rest ? Date.parse(rest.until) - Date.now() : 0
          },
          { timeout: 30_000, interval: 200 },
        )
        .toBeGreaterThan(4_000)
      const clock = /\d\d?:\d\d:\d\d/
      expect(await look('en')).toMatch(new RegExp(`^${en.operator.nodes.up}\\s+paused after failures until`))
      expect(await look('en')).toMatch(clock)
      expect(await look('ko')).toMatch(clock)
      expect(await look('ko')).toContain('사용 중지')

      node.behaviour = 'well'
      await expect.poll(() => look('ko'), { timeout: 15_000 }).toContain(ko.operator.nodes.onTrial)
      await expect.poll(judge, { timeout: 15_000 }).toBe(200)
      await expect.poll(() => look('ko'), { timeout: 15_000 }).toBe(ko.operator.nodes.up)
      expect(await found()).toMatchObject({ health: { state: 'up' }, breaker: null })
    } finally {
      await fetch(`${nodes}/failing`, { method: 'DELETE', headers: asOperator })
      await node.close()
    }
  })

  test('takes over an application, leaves a note, and finds it among the own ones', async () => {
    const { id } = await apply(stage)
    const page = await open()
    await page.goto('/operator/sign-in')
    await page.fill('#credential', stage.adminSecret)
    await page.fill('#name', '민아')
    await page.click('main [type=submit]')
    await page.waitForURL('**/operator')
    await page.goto(`/operator/applications/${id}`)
    await page.click(`button:has-text("${ko.operator.application.takeOver}")`)
    await page.waitForURL('**?done')
    expect(await page.locator('section', { has: page.locator('#assignment') }).textContent()).toContain(
      '민아',
    )
    await page.fill('#note', '소속 확인함')
    await page.click('form[action$="/notes"] button')
    const notes = page.locator('section', { has: page.locator('#notes') })
    await expect.poll(() => notes.textContent()).toContain('소속 확인함')
    await picture(page, 'operator-application-noted')
    await page.goto('/operator/applications')
    await page.selectOption('#assignee', 'me')
    await page.click('.filter-grid [type=submit]')
    await page.waitForURL('**assignee=me**')
    expect(
      await page.locator('tbody a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))),
    ).toEqual([`/operator/applications/${id}`])
    await picture(page, 'operator-applications-mine')
    await page.click(`a:has-text("${ko.evaluations.rows.clear}")`)
    expect(await page.inputValue('#assignee')).toBe('')
  })

  test('rejects with a reason that the applicant reads, and the log holds it', async () => {
    const { id, token } = await apply(stage)
    const page = await open()
    await signInAsOperator(page, stage)
    await page.goto(`/operator/applications/${id}`)
    await page.selectOption('#code', 'security')
    await page.fill('#message', '보관 계획을 더 적어 주세요')
    await page.click('form[action$="/reject"] button')
    await page.waitForURL('**?done')
    await page.goto('/operator/audit')
    expect(await page.textContent('[role=status]')).toMatch(/무결성 확인 완료/)
    expect(await page.textContent('table')).toContain(id)
    await page.selectOption('#action', 'application.reject')
    await page.fill('#subject', id)
    await page.click('.filter-grid [type=submit]')
    expect(await page.locator('tbody tr').count()).toBe(1)
    expect(await page.textContent('tbody')).toContain(ko.operator.audit.actions['application.reject']!)
    await picture(page, 'audit-log-filtered')

    await page.goto('/status')
    await page.fill('#id', id)
    await page.fill('#token', token)
    await page.click('form[action="/status"] button')
    await page.waitForSelector('.notice.wrong')
    expect(await page.textContent('main')).toContain('보관 계획을 더 적어 주세요')
    expect(await page.textContent('main')).toContain(ko.status.codes.security)
  })
})
