import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser } from './support/browser.ts'

interface Heard {
  role: string
  name: string
  description: string
  invalid: boolean
}

const controls = new Set(['textbox', 'combobox', 'checkbox', 'radio', 'button', 'Date'])

/** The controls of a page as a screen reader hears them: Chromium's own accessibility tree. */
async function heard(page: Page): Promise<Heard[]> {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  return nodes
    .filter(({ ignored, role }) => !ignored && controls.has(String(role?.value)))
    .map(({ role, name, description, properties }) => ({
      role: String(role?.value),
      name: String(name?.value ?? ''),
      description: String(description?.value ?? ''),
      invalid: properties?.some((one) => one.name === 'invalid' && one.value.value === 'true') ?? false,
    }))
}

inBrowser('the form to a screen reader', (open) => {
  test('names every control and says where one is', async () => {
    const page = await open()
    await page.goto('/apply')
    const first = await heard(page)
    expect(first.length).toBeGreaterThan(6)
    expect(first.filter(({ name }) => name.trim() === '')).toEqual([])
    expect(new Set(first.map(({ role, name }) => `${role} ${name}`)).size).toBe(first.length)
    expect(await page.locator('form').ariaSnapshot()).toMatch(/heading|group/)
  })

  test('says what is wrong with a field at the field, and moves there', async () => {
    const page = await open()
    await page.goto('/apply')
    await page.fill('#email', 'nowhere')
    await page.click('#next')
    const wrong = (await heard(page)).filter(({ invalid }) => invalid)
    expect(wrong.length).toBeGreaterThan(2)
    expect(wrong.filter(({ description }) => description.trim() === '')).toEqual([])
    const focused = await page.evaluate(() => {
      const { activeElement } = document
      return activeElement?.getAttribute('role') ?? activeElement?.tagName
    })
    expect(['alert', 'INPUT', 'SELECT', 'SECTION', 'DIV']).toContain(focused)
  })
})
