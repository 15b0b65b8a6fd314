import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'

inBrowser('the list of evaluations', (open, stage) => {
  const headers = { authorization: `Bearer ${stage.key}` }

  async function upload(name: string, question = '하나', rows = 3): Promise<string> {
    const response = await fetch(
      `${stage.base}/v1/evaluations?model=fragile-judge&name=${encodeURIComponent(name)}`,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-ndjson' },
        body: Array.from({ length: rows }, (_, index) =>
          JSON.stringify({ id: `r${index}`, question: `${question} ${index} ${name}`, answer: '답' }),
        ).join('\n'),
      },
    )
    return ((await response.json()) as { id: string }).id
  }

  const call = (method: string, path: string, body?: object) =>
    fetch(stage.base + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })

  async function finished(id: string): Promise<void> {
    const status = async () =>
      ((await (await call('GET', `/v1/evaluations/${id}`)).json()) as { status: string }).status
    await expect.poll(status, { timeout: 60_000 }).toBe('completed')
  }

  test('is searched, filtered by tag, renamed in place, and shows score and progress', async () => {
    const mark = `목록${Date.now()}`
    const done = await upload(`${mark} 완료`)
    await finished(done)
    const slow = await upload(`${mark} 진행`, 'SLOW')
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.fill('#search', mark)
    await page.click('.filter-grid [type=submit]')
    await page.waitForURL('**search=**')
    const row = (name: string) => page.locator('tbody tr', { hasText: name })
    expect(await page.locator('tbody tr').count()).toBe(2)
    expect(await row('완료').textContent()).toContain('80.0%')
    expect(await row('완료').locator('progress').count()).toBe(0)
    expect(await row('진행').locator('progress').count()).toBe(1)

    await row('완료').locator('summary').click()
    await row('완료').locator('[name=name]').fill(`${mark} 새 이름`)
    await row('완료').locator('[name=tags]').fill('야간, 배포/2.1')
    await row('완료').locator('.editor button').click()
    await row('새 이름').waitFor()
    expect(page.url()).toContain('search=')
    expect(await row('새 이름').locator('.tags a').allTextContents()).toEqual(['야간', '배포/2.1'])
    await picture(page, 'evaluation-list')
    await row('새 이름').locator('.tags a').first().click()
    await page.waitForURL('**tag=**')
    expect(await page.inputValue('#tag')).toBe('야간')
    expect(await row('새 이름').count()).toBe(1)
    expect(await row('진행').count()).toBe(0)
    await page.fill('#search', 'nothing has this name')
    await page.click('.filter-grid [type=submit]')
    await page.waitForSelector(`text=${ko.evaluations.list.noMatch}`)
    await call('POST', `/v1/evaluations/${slow}/cancel`)
  })

  test('deletes several after naming them and what goes with them', async () => {
    const mark = `삭제${Date.now()}`
    const first = await upload(`${mark} 가`)
    const second = await upload(`${mark} 나`)
    const kept = await upload(`${mark} 다`)
    for (const id of [first, second, kept]) await finished(id)
    await call('PATCH', `/v1/evaluations/${first}`, { tags: ['밤'], baseline_for: ['밤'] })
    await call('POST', `/v1/evaluations/${second}/share-links`, {})
    const page = await open()
    await signIn(page, stage, '/evaluations')
    for (const id of [first, second]) await page.check(`input[value="${id}"]`)
    await page.click(`text=${ko.evaluations.list.deleteSelected}`)
    await page.waitForURL('**/evaluations/delete?**')
    const text = await page.textContent('main')
    expect(await page.textContent('h1')).toBe(ko.evaluations.remove.title(2))
    for (const part of [
      `${mark} 가`,
      `${mark} 나`,
      ko.evaluations.remove.baseline('밤'),
      ko.evaluations.remove.shared(1),
    ])
      expect(text).toContain(part)
    expect(text).not.toContain(`${mark} 다`)
    await picture(page, 'evaluations-delete')
    await page.click('main form [type=submit]')
    await page.waitForURL('**/evaluations?deleted=2')
    expect(await page.textContent('[role=status]')).toContain(ko.evaluations.remove.done(2))
    const statuses = await Promise.all(
      [first, second, kept].map(async (id) => (await call('GET', `/v1/evaluations/${id}`)).status),
    )
    expect(statuses).toEqual([404, 404, 200])
  })

  test('leaves without a choice, and without what is gone, to the list', async () => {
    const page = await open()
    await signIn(page, stage, '/evaluations')
    await page.goto('/evaluations/delete?id=eval_nothing')
    expect(new URL(page.url()).pathname).toBe('/evaluations')
  })
})
