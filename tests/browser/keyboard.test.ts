import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, linkFromMail } from './support/browser.ts'

inBrowser('with the keyboard alone', (open, stage) => {
  /** Presses Tab until an element has the focus, as somebody without a mouse would. */
  async function tabTo(page: Page, id: string) {
    for (let presses = 0; presses < 60; presses++) {
      if ((await page.evaluate(() => document.activeElement?.id)) === id) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`The focus never came to #${id}.`)
  }

  async function type(page: Page, id: string, text: string) {
    await tabTo(page, id)
    await page.keyboard.type(text)
  }

  test('the form can be filled in and sent', async () => {
    const page = await open()
    const address = `keyboard-${Date.now()}@example.org`
    await page.goto('/apply')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    await page.keyboard.press('Enter')
    await type(page, 'name', '이바다')
    await type(page, 'date_of_birth', '02031990')
    await tabTo(page, 'affiliation')
    // to "individual" with an arrow key: company, department and position are not asked any more
    await page.keyboard.press('ArrowDown')
    expect(await page.isVisible('#company')).toBe(false)
    await type(page, 'email', address)
    await type(page, 'phone', '010-9876-5432')
    await tabTo(page, 'next')
    await page.keyboard.press('Enter')
    expect(await page.isVisible('#reason')).toBe(true)
    await tabTo(page, 'purpose')
    await page.keyboard.press('Space')
    await type(page, 'model', 'keval-2-3b')
    await type(page, 'reason', '작고 빠릅니다')
    await type(page, 'objectives', '졸업 논문')
    await tabTo(page, 'next')
    await page.keyboard.press('Enter')
    await type(page, 'use_cases', '논문 실험')
    await type(page, 'security_plan', '개인정보 없음')
    await tabTo(page, 'next')
    await page.keyboard.press('Enter')
    for (const consent of ['consent_review', 'consent_overseas']) {
      await tabTo(page, consent)
      await page.keyboard.press('Space')
    }
    await tabTo(page, 'submit')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/status?new')
    expect(await linkFromMail(stage.outbox, address, 'verify')).toContain('/verify#')
  })
})
