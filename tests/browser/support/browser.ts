import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest'
import { readMails } from '../../outbox.ts'
import { chromiumArguments, chromiumPath } from './chromium.ts'
import type { Stage } from './stage.ts'

/** Opens a page of its own, with its own cookies. */
export type OpenPage = (options?: BrowserContextOptions) => Promise<Page>

const pictures = join(import.meta.dirname, '../../../screenshots')

/**
 * A group of tests that look at the console with a real browser. Whatever a page refuses to load, run or
 * find, by its own security policy or by mistake, fails the test it happened in.
 */
export function inBrowser(name: string, tests: (open: OpenPage, stage: Stage) => void): void {
  const stage = inject('stage')
  describe.skipIf(stage === null)(name, () => {
    let browser: Browser
    let complaints: string[] = []

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: chromiumPath()!, args: chromiumArguments })
    })
    afterEach(async () => {
      // answers that are still held would take the slots of the tests that follow
      await releaseAnswers(stage!)
      for (const context of browser.contexts()) await context.close()
      const found = complaints
      complaints = []
      expect(found).toEqual([])
    })
    afterAll(() => browser.close())

    const open: OpenPage = async (options = {}) => {
      const context = await browser.newContext({ baseURL: stage!.base, locale: 'ko-KR', ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      page.on('pageerror', (error) => complaints.push(`script: ${error.message}`))
      page.on('console', (message) => {
        // answers with an error status are what many tests are about
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          complaints.push(message.text())
        }
      })
      return page
    }
    if (stage !== null) tests(open, stage)
  })
}

/** Ends the wait of every answer that the misbehaving node holds. */
export const releaseAnswers = ({ fragileNode }: Pick<Stage, 'fragileNode'>) =>
  fetch(`${fragileNode}/release`, { method: 'POST' })

export async function signIn(page: Page, { key }: Pick<Stage, 'key'>, next = '/judge'): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
  await page.fill('#credential', key)
  await page.click('main [type=submit]')
  await page.waitForURL((url) => url.pathname === next)
}

export async function signInAsOperator(page: Page, { adminSecret }: Stage): Promise<void> {
  await page.goto('/operator/sign-in')
  await page.fill('#credential', adminSecret)
  await page.click('main [type=submit]')
  await page.waitForURL('**/operator')
}

/** Keeps a picture for people to look at, where SCREENSHOTS asks for it: they take longer than what is tested. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

/** The link of the newest mail to an address that leads to a page, waiting for the mail to come. */
export async function linkFromMail(
  outbox: string,
  address: string,
  page: 'verify' | 'claim' | 'status',
): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const mails = readMails(outbox).filter((mail) => mail.includes(`To: ${address}`))
    const link = mails.map((mail) => new RegExp(`http\\S+/${page}#\\S+`).exec(mail)?.[0]).findLast(Boolean)
    if (link !== undefined) return link
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`No mail with a link to /${page} came to ${address}.`)
}
