import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, signInAsOperator } from './support/browser.ts'
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
    expect(await page.textContent('[role=status]')).toMatch(/온전/)
    expect(await page.textContent('table')).toContain(id)

    await page.goto('/status')
    await page.fill('#id', id)
    await page.fill('#token', token)
    await page.click('form[action="/status"] button')
    await page.waitForSelector('.notice.wrong')
    expect(await page.textContent('main')).toContain('보관 계획을 더 적어 주세요')
    expect(await page.textContent('main')).toContain(ko.status.codes.security)
  })
})
