import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { en } from '../../../gateway/console/texts/en.ts'
import { filesMails, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'
import { Browser } from './browser.ts'

filesMails()

describe('a day that is none', () => {
  it('is refused with the name of the field', async () => {
    judgeAtNodeTest()
    const { key, tenantId } = await tenantWithKey()
    const browser = await (await new Browser().signIn(key)).signIn(env.ADMIN_SECRET!, '/operator/sign-in')
    const tenant = `/operator/tenants/${tenantId}`
    const answers = [
      await browser.get('/judgments?to=tomorrow'),
      await browser.get('/judgments?from=2026-13-45'),
      await browser.submit('/keys', '/keys', { name: 'a', scopes: 'read', expires: 'tomorrow' }),
      await browser.submit(tenant, `${tenant}/grant`, {
        plan: 'research',
        scopes: 'read',
        expires: '2026-13-45',
      }),
    ]
    for (const answer of answers) {
      const page = await answer.text()
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=UTF-8'])
      expect(page).toMatch(/<code>(since|until|expires_at)<\/code>/)
    }
  })
})

describe('a form that cannot be read', () => {
  it('is refused on a page', async () => {
    const { key } = await tenantWithKey()
    const browser = await new Browser().signIn(key)
    for (const path of ['/keys', '/sign-in', '/apply']) {
      const answer = await browser.postBody(path, '--x\r\ngarbage', 'multipart/form-data; boundary=x')
      const page = await answer.text()
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        400,
        'text/html; charset=UTF-8',
      ])
      expect(page).toContain(en.errors.incomplete_body!.title)
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    }
  })
})
