import { expect, test } from 'vitest'
import { ko } from '../../gateway/console/texts/ko.ts'
import { inBrowser } from './support/browser.ts'

inBrowser('without scripts', (open) => {
  test('the form is sent, refused beside its fields, sent again, and its status seen', async () => {
    const page = await open({ javaScriptEnabled: false })
    await page.goto('/apply')
    await page.fill('#name', '이나무')
    await page.fill('#date_of_birth', '1990-02-03')
    await page.check('input[name=affiliation][value=individual]')
    await page.fill('#email', `no-script-${Date.now()}@example.org`)
    await page.fill('#phone', '010-1234-5678')
    await page.check('input[name=purpose][value=education]')
    for (const name of ['model', 'reason', 'objectives', 'use_cases']) await page.fill(`#${name}`, '수업')
    await page.fill('#security_plan', '담당자 900101-1234567')
    await page.check('#consent_review')
    await page.check('#consent_overseas')
    await page.click('#submit')
    expect(await page.isVisible('#security_plan-problem')).toBe(true)
    expect(await page.getAttribute('#security_plan', 'aria-describedby')).toContain('security_plan-problem')
    expect(await page.inputValue('#objectives')).toBe('수업')
    await page.fill('#security_plan', '개인정보 없음')
    await page.click('#submit')
    await page.waitForURL('**/status?new')
    expect(await page.textContent('h1')).toBe(ko.status.names.submitted)
    await page.goto('/status')
    expect(await page.textContent('h1')).toBe(ko.status.names.submitted)
  })

  test('every control of the form has a name, and what describes it exists', async () => {
    const page = await open()
    await page.goto('/apply')
    const nameless = await page.$$eval('#apply :is(input:not([type=hidden]), textarea, select)', (controls) =>
      (controls as HTMLInputElement[]).flatMap((control) => {
        const described = (control.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)
        const whole =
          (control.labels?.[0]?.textContent ?? '').trim() !== '' &&
          described.every((id) => document.getElementById(id) !== null)
        return whole ? [] : [control.id || control.name]
      }),
    )
    expect(nameless).toEqual([])
    const name = page.getByRole('textbox', { name: new RegExp(ko.apply.fields.name) })
    expect(await name.first().getAttribute('id')).toBe('name')
    await page.click('#next')
    expect(await page.getAttribute('#name', 'aria-invalid')).toBe('true')
    expect(await page.getAttribute('#name', 'aria-describedby')).toContain('name-problem')
    expect(await page.textContent('#name-problem')).toBe(ko.apply.invalid.missing)
  })
})
