import { expect, test } from 'vitest'
import { en } from '../../gateway/console/texts/en.ts'
import { ko } from '../../gateway/console/texts/ko.ts'
import { auditTexts } from '../../schema/report/audit/texts.ts'
import { inBrowser, picture, signIn } from './support/browser.ts'
import { makeAuditRows } from './support/examples.ts'

inBrowser('an audit of a judge', (open, stage) => {
  test('shows its size before it starts, its progress, and a report in both languages', async () => {
    const page = await open()
    await signIn(page, stage, '/audits')
    const audits = page.locator('.table a[href^="/audits/aud"]')
    const before = await audits.count()
    await page.selectOption('#model', 'fragile-judge')
    await page.setInputFiles('#files', {
      name: '답변.jsonl',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(makeAuditRows(14)),
    })
    await page.fill('#sample_size', '12')
    await page.fill('#repeats', '2')
    await page.click('#check')
    await page.waitForSelector('#preview:not([hidden])')
    const facts = await page.locator('#preview-facts').innerText()
    expect(facts).toMatch(new RegExp(`${ko.audits.preview.drawn}\\s+12`))
    expect(facts).toContain(ko.evaluations.preview.tokens)
    expect(facts).toContain(auditTexts.ko.probes.wrong_number!.title)
    expect(await audits.count()).toBe(before)
    await picture(page, 'audit-size-ko')

    await page.click('#start')
    await page.waitForURL('**/audits/aud*')
    await page.waitForSelector('h1 .tag.good', { timeout: 60_000 })
    const address = page.url()
    for (const [language, words, texts] of [
      ['ko', auditTexts.ko, ko],
      ['en', auditTexts.en, en],
    ] as const) {
      await page.goto(`${address}?lang=${language}`)
      const main = page.locator('main')
      // this judge rates everything 8: it overlooks all that should cost points
      expect(await main.innerText()).toContain(words.probesOf.must_fall)
      const use = await page.locator('section[aria-labelledby=use]').innerText()
      expect(use).toContain(words.use)
      expect(use).toContain(words.probes.refusal!.title)
      const example = page.locator('details', { hasText: words.probes.refusal!.title }).first()
      await example.locator('summary').click()
      expect(await example.locator('pre').nth(1).innerText()).toContain('첫째 사실')
      expect(await example.locator('h4', { hasText: words.variant }).count()).toBe(3)
      expect(await main.innerText()).toContain(texts.audits.drift)
      await picture(page, `audit-report-${language}`)
    }
  })

  test('is a baseline: the same cases are judged again and compared', async () => {
    const response = await fetch(`${stage.base}/v1/audits?model=fragile-judge&name=baseline&probes=padding`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' },
      body: makeAuditRows(10),
    })
    const { id } = (await response.json()) as { id: string }
    const page = await open()
    await signIn(page, stage, `/audits/${id}`)
    await page.waitForSelector('h1 .tag.good', { timeout: 60_000 })
    await page.click('form[action$="/again"] button')
    await page.waitForURL((url) => /^\/audits\/aud/.test(url.pathname) && !url.pathname.endsWith(id))
    await page.waitForSelector('h1 .tag.good', { timeout: 60_000 })
    const use = page.locator('section[aria-labelledby=use]')
    expect(await use.innerText()).toContain(auditTexts.ko.noDrift)
    expect(await page.getAttribute(`a[href="/audits/${id}"]`, 'href')).not.toBeNull()
    await page.selectOption('#with', id)
    await page.click('form[action$="/compare"] button')
    await page.waitForURL('**/compare?with=*')
    expect(await page.locator('h1').innerText()).toContain('fragile-judge / fragile-judge')
    await picture(page, 'audit-compare-ko')
  })

  test('is stopped and taken up again from its page', async () => {
    const response = await fetch(`${stage.base}/v1/audits?model=fragile-judge&name=slow&probes=padding`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/x-ndjson' },
      body: makeAuditRows(12).replaceAll('주제에', 'SLOW 주제에'),
    })
    const { id } = (await response.json()) as { id: string }
    const page = await open()
    await signIn(page, stage, `/audits/${id}`)
    expect(await page.textContent('main')).toContain(ko.audits.waiting)
    await page.click('form[action$="/cancel"] button')
    await page.waitForSelector('form[action$="/resume"]')
    expect(await page.textContent('h1')).toContain(ko.evaluations.statuses.cancelled)
    await page.click('form[action$="/resume"] button')
    await page.waitForSelector('form[action$="/cancel"]')
    await page.click('form[action$="/cancel"] button')
  })
})
