import { gzipSync } from 'node:zlib'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { inBrowser, picture, signIn, signInAsOperator } from './support/browser.ts'
import { type Examples, makeExamples } from './support/examples.ts'

const open = [
  '/',
  '/docs',
  '/docs/errors',
  '/apply',
  '/status',
  '/privacy',
  '/sign-in',
  '/operator/sign-in',
  '/verify',
  '/claim',
  '/nowhere',
]
const tenant = [
  '/judge',
  '/judgments',
  '/evaluations',
  '/leaderboard',
  '/datasets',
  '/audits',
  '/usage',
  '/keys',
  '/webhooks',
]
const operator = [
  '/operator',
  '/operator/applications?status=all',
  '/operator/tenants',
  '/operator/tenants/ten_demo',
  '/operator/plans/research',
  '/operator/nodes',
  '/operator/usage',
  '/operator/audit',
]

interface Look {
  width: number
  /** True if axe-core checks the pages too: both languages, light and dark. */
  checked: boolean
  options: { locale: 'ko-KR' | 'en-GB'; colorScheme?: 'light' | 'dark' }
}

const looks: Look[] = [
  { width: 1280, checked: true, options: { locale: 'ko-KR' } },
  { width: 360, checked: true, options: { locale: 'ko-KR', colorScheme: 'dark' } },
  { width: 768, checked: false, options: { locale: 'ko-KR' } },
  { width: 360, checked: true, options: { locale: 'en-GB' } },
  { width: 768, checked: true, options: { locale: 'en-GB', colorScheme: 'dark' } },
  { width: 1280, checked: false, options: { locale: 'en-GB' } },
]

const nameOf = ({ width, options: { locale, colorScheme = 'light' } }: Look) =>
  `${locale.slice(0, 2)}-${width}-${colorScheme}`

/** The violations of WCAG 2.2 A and AA that axe-core finds, each with its element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const results = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  )
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
  )
}

inBrowser('every page', (openPage, stage) => {
  let examplesOfAll: Promise<Examples> | undefined
  /** Looks at pages one after another; what differs by language alone need not be checked again. */
  async function walk(page: Page, look: Look, paths: string[]) {
    for (const path of paths) {
      await page.goto(path)
      if (look.checked) expect(await violations(page), path).toEqual([])
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      expect(beyond, `${path} is wider than ${look.width} pixels`).toBeLessThanOrEqual(0)
      const name = path
        .split('?')[0]!
        .replaceAll(/\w{20,}/g, 'one')
        .replaceAll(/\W+/g, '-')
      await picture(page, `page${name}-${nameOf(look)}`)
    }
  }

  for (const look of looks) {
    test(`passes axe-core and fits: ${nameOf(look)}`, async () => {
      // the checker's own script is not part of the page
      const openLook = () =>
        openPage({ ...look.options, viewport: { width: look.width, height: 800 }, bypassCSP: true })
      examplesOfAll ??= makeExamples(stage)
      const examples = await examplesOfAll
      const asApplicant = async () => {
        const page = await openLook()
        await walk(page, look, open)
        await page.goto('/status')
        await page.fill('#id', examples.application.id)
        await page.fill('#token', examples.application.token)
        await page.click('form[action="/status"] [type=submit]')
        await page.waitForSelector('.progress')
        await walk(page, look, ['/status?new', '/status/edit'])
      }
      const asTenant = async () => {
        const page = await openLook()
        await signIn(page, stage)
        await walk(page, look, [...tenant, ...examples.tenantPages])
      }
      const asOperator = async () => {
        const page = await openLook()
        await signInAsOperator(page, stage)
        await walk(page, look, [...operator, ...examples.operatorPages])
      }
      await Promise.all([asApplicant(), asTenant(), asOperator()])
    }, 400_000)
  }

  test('is under 100 KB compressed, scripts and styles included', async () => {
    for (const path of ['/', '/docs', '/docs/errors', '/apply']) {
      const document = await fetch(stage.base + path).then((response) => response.text())
      const assets = [...document.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map(
        ([, url]) => url!,
      )
      const texts = await Promise.all(
        assets.map((url) => fetch(stage.base + url).then((answer) => answer.text())),
      )
      const bytes = [document, ...texts].reduce((sum, text) => sum + gzipSync(text).length, 0)
      expect(bytes, path).toBeLessThan(100_000)
    }
  })
})
