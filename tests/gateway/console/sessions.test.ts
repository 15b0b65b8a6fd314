import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { en } from '../../../gateway/console/texts/en.ts'
import { asOperator, call, filesMails, tenantWithKey } from '../access/gate.ts'
import { Browser } from './browser.ts'

filesMails()

const isSignedIn = async (browser: Browser, page = '/keys') => (await browser.get(page)).status === 200
const canCall = async (browser: Browser) => (await browser.get('/console/api/v1/keys')).status === 200

it('forms are taken only from pages of the service itself', async () => {
  const { key } = await tenantWithKey()
  const browser = new Browser()
  // `same-site` is another host under the same domain, `none` an address that was typed
  for (const site of ['same-site', 'cross-site', 'none']) {
    const refused = await browser.post('/sign-in', { credential: key }, site)
    expect([site, refused.status, refused.headers.get('set-cookie')]).toEqual([site, 403, null])
  }
  expect((await browser.post('/sign-in', { credential: key })).status).toBe(303)
})

describe('a copied cookie', () => {
  it('of a tenant and of an operator opens nothing once its owner has signed out', async () => {
    const { key } = await tenantWithKey()
    const owner = await (await new Browser().signIn(key)).signIn(env.ADMIN_SECRET!, '/operator/sign-in')
    const thief = owner.copy()
    const bystander = await new Browser().signIn(key)
    expect([await isSignedIn(thief), await isSignedIn(thief, '/operator'), await canCall(thief)]).toEqual([
      true,
      true,
      true,
    ])

    const answer = await owner.submit('/keys', '/sign-out', { role: 'tenant' })
    expect(answer.headers.get('location')).toBe('/sign-in?signed-out')
    expect(owner.cookies.size).toBe(0)
    expect([await isSignedIn(thief), await isSignedIn(thief, '/operator'), await canCall(thief)]).toEqual([
      false,
      false,
      false,
    ])
    expect(await (await thief.get('/sign-in')).text()).toContain(en.common.sessionEnded)
    // the same key in another browser is another session
    expect(await isSignedIn(bystander)).toBe(true)
  })

  it('of an applicant opens nothing once they have signed out', async () => {
    const { id, statusToken } = await tenantWithKey()
    const owner = new Browser()
    expect((await owner.post('/status', { id, token: statusToken })).status).toBe(303)
    const thief = owner.copy()
    expect(await (await thief.get('/status')).text()).toContain(id)
    await owner.submit('/status', '/sign-out', { role: 'applicant' })
    expect(await (await thief.get('/status')).text()).not.toContain(id)
  })

  it('is refused as long as it would have lasted, and forgotten afterwards', async () => {
    const { key } = await tenantWithKey()
    const owner = await new Browser().signIn(key)
    const thief = owner.copy()
    await owner.submit('/keys', '/sign-out', { role: 'tenant' })
    const hour = 3_600_000
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11.9 * hour })
    expect(await isSignedIn(thief)).toBe(false)
    const stored = () => env.DB.prepare('select count(*) as n from ended_sessions').first('n')
    expect(await stored()).toBe(1)
    vi.setSystemTime(Date.now() + 0.2 * hour)
    expect(await isSignedIn(thief)).toBe(false)
    const next = await new Browser().signIn(key)
    await next.submit('/keys', '/sign-out', { role: 'tenant' })
    expect(await stored()).toBe(1)
  })
})

describe('the sessions of a key', () => {
  it('end when it is rotated, but for the one that rotates it', async () => {
    const { key, keyId } = await tenantWithKey()
    const [rotating, other] = [await new Browser().signIn(key), await new Browser().signIn(key)]
    const answer = await rotating.submit('/keys', `/keys/${keyId}/rotate`)
    const shown = await (await rotating.get(answer.headers.get('location')!)).text()
    const fresh = /<code id="key">(.+?)<\/code>/.exec(shown)![1]!.replaceAll(/<\/?mark>/g, '')
    expect(fresh).not.toBe(key)
    expect([await isSignedIn(rotating), await isSignedIn(other)]).toEqual([true, false])

    // the replaced key works until its grace period ends, also for signing in
    expect(await isSignedIn(await new Browser().signIn(key))).toBe(true)
    await call('DELETE', `/v1/keys/${keyId}`, { token: fresh })
    expect(await isSignedIn(rotating)).toBe(true)
  })

  it.each(['by its tenant', 'by an operator'])('end when it is revoked %s', async (by) => {
    const { key } = await tenantWithKey()
    const made = await call('POST', '/v1/keys', { token: key, body: { name: 'Second' } })
    const browser = await new Browser().signIn(made.body.key)
    expect(await isSignedIn(browser)).toBe(true)
    if (by === 'by its tenant') await call('DELETE', `/v1/keys/${made.body.id}`, { token: key })
    else await asOperator('DELETE', `/admin/v1/keys/${made.body.id}`)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5_000 })
    const refused = await browser.get('/keys')
    expect([refused.status, refused.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fkeys'])
  })
})

describe('while the control database is down', () => {
  it('a session that was seen goes on, and signing out says what it could not do', async () => {
    const { key } = await tenantWithKey()
    const [seen, unseen] = [await new Browser().signIn(key), await new Browser().signIn(key)]
    const html = await (await seen.get('/keys')).text()
    const csrf = /name="csrf" value="([^"]+)"/.exec(html)![1]!
    const down = () => {
      throw new Error('D1_ERROR: Network connection lost.')
    }
    const database = Object.getPrototypeOf(env.DB)
    const spies = [vi.spyOn(database, 'prepare'), vi.spyOn(database, 'batch')]
    for (const spy of spies) spy.mockImplementation(down)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    expect((await unseen.get('/judge')).status).toBe(303)
    expect((await seen.get('/judge')).status).toBe(200)
    const answer = await seen.post('/sign-out', { csrf, role: 'tenant' })
    expect(answer.headers.get('location')).toBe('/sign-in?signed-out=here')
    expect(seen.cookies.size).toBe(0)
    expect(await (await seen.get('/sign-in?signed-out=here')).text()).toContain(en.signIn.signedOutHere)
    for (const spy of spies) spy.mockRestore()
  })
})
