import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../../gateway/app.ts'
import { createApiKey } from '../../../gateway/auth/api-key.ts'
import { platformRandom } from '../../../gateway/platform/base62.ts'
import { call, origin } from '../access/gate.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const issuer = 'https://team.cloudflareaccess.test'
const audience = 'audience-tag-of-the-operator-routes'

/** Cloudflare Access as the gateway sees it: a page of public keys, and tokens signed with the private ones. */
async function accessTeam() {
  const keys = new Map<string, CryptoKey>()
  const published: object[] = []
  const team = {
    fetches: 0,
    async rotate(kid: string) {
      const pair = await generateKeyPair('RS256', { extractable: true })
      keys.set(kid, pair.privateKey)
      published.push({ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' })
    },
    token(kid: string, claims: JWTPayload = {}) {
      const now = Math.floor(Date.now() / 1000)
      const payload = { iss: issuer, aud: audience, sub: 'person-1', iat: now, exp: now + 60, ...claims }
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(keys.get(kid)!)
    },
  }
  await team.rotate('first')
  const plainFetch = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init)
    if (!request.url.startsWith(issuer)) return plainFetch(request)
    team.fetches++
    return Response.json({ keys: published })
  })
  return team
}

/** A gateway with Cloudflare Access switched on. */
function gatewayWithAccess() {
  const app = createApp()
  const settings = { ...env, ACCESS_ISSUER: issuer, ACCESS_AUDIENCE: audience, ADMIN_SECRET: undefined }
  return async (path: string, headers: Record<string, string>) => {
    const context = createExecutionContext()
    const response = await app.fetch(new Request(origin + path, { headers }), settings as typeof env, context)
    await waitOnExecutionContext(context)
    const text = await response.text()
    const body = (text.startsWith('{') ? JSON.parse(text) : {}) as { data: { actor: string }[] }
    return { status: response.status, headers: response.headers, text, body }
  }
}

describe('an operator with Cloudflare Access', () => {
  it('finds the console open, and nobody else does', async () => {
    const team = await accessTeam()
    const ask = gatewayWithAccess()
    const path = '/operator/audit'
    const assertion = { 'cf-access-jwt-assertion': await team.token('first') }
    const first = await ask(path, assertion)
    expect(first.status).toBe(200)
    const cookie = first.headers.get('set-cookie')!.split(';')[0]!
    expect(cookie).toMatch(/^__Host-keval-operator=/)
    expect((await ask(path, { ...assertion, cookie })).status).toBe(200)
    // the cookie alone opens nothing: Access's token has to come with every request
    const alone = await ask(path, { cookie })
    expect(alone.text).not.toContain('<tbody')
    expect((await ask(path, {})).status).toBe(303)
    const strangers = { 'cf-access-jwt-assertion': await team.token('first', { aud: 'another' }) }
    const stranger = await ask(path, strangers)
    expect([stranger.status, stranger.headers.get('set-cookie')]).toEqual([303, null])
  })

  it('is let in by a valid token, and is known to the audit log by it', async () => {
    const team = await accessTeam()
    const ask = gatewayWithAccess()
    const assertion = { 'cf-access-jwt-assertion': await team.token('first') }
    expect((await ask('/admin/v1/applications', assertion)).status).toBe(200)
    const demo = createExecutionContext()
    const put = new Request(`${origin}/admin/v1/demo`, { method: 'PUT', headers: assertion })
    const settings = { ...env, ACCESS_ISSUER: issuer, ACCESS_AUDIENCE: audience }
    expect((await createApp().fetch(put, settings, demo)).status).toBe(200)
    await waitOnExecutionContext(demo)
    expect((await ask('/admin/v1/audit', assertion)).body.data[0]!.actor).toBe('access:person-1')
  })

  it('is refused with a token that is expired, foreign, for others, unsigned, or forged', async () => {
    const team = await accessTeam()
    const ask = gatewayWithAccess()
    const now = Math.floor(Date.now() / 1000)
    const forger = await generateKeyPair('RS256')
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ iss: issuer, aud: audience, sub: 'x', exp: now + 60 }))}.`
    const tokens = {
      expired: await team.token('first', { exp: now - 1 }),
      foreign: await team.token('first', { iss: 'https://other.cloudflareaccess.test' }),
      forOthers: await team.token('first', { aud: 'another-application' }),
      forged: await new SignJWT({ iss: issuer, aud: audience, sub: 'x', iat: now, exp: now + 60 })
        .setProtectedHeader({ alg: 'RS256', kid: 'first' })
        .sign(forger.privateKey),
      nameless: await team.token('first', { sub: '' }),
      unsigned: unsigned.replaceAll('=', ''),
      garbage: 'garbage',
    }
    for (const [name, token] of Object.entries(tokens)) {
      const answer = await ask('/admin/v1/applications', { 'cf-access-jwt-assertion': token })
      expect(answer.status, name).toBe(401)
    }
  })

  it("is let in with a key the team has rotated to, after the team's page was read again", async () => {
    const team = await accessTeam()
    const ask = gatewayWithAccess()
    const look = async (kid: string) =>
      (await ask('/admin/v1/applications', { 'cf-access-jwt-assertion': await team.token(kid) })).status
    expect(await look('first')).toBe(200)
    expect(await look('first')).toBe(200)
    expect(team.fetches).toBe(1)
    await team.rotate('second')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_000 })
    expect(await look('second')).toBe(200)
    expect(team.fetches).toBe(2)
  })

  it('is not let in when another site made the browser send the request', async () => {
    const team = await accessTeam()
    const ask = gatewayWithAccess()
    const assertion = { 'cf-access-jwt-assertion': await team.token('first') }
    for (const [site, status] of [
      ['cross-site', 401],
      ['same-site', 401],
      ['same-origin', 200],
      ['none', 200],
    ] as const) {
      expect((await ask('/admin/v1/plans', { ...assertion, 'sec-fetch-site': site })).status, site).toBe(
        status,
      )
    }
  })

  it('means nothing where Access is not set up', async () => {
    const team = await accessTeam()
    const headers = { 'cf-access-jwt-assertion': await team.token('first') }
    expect((await call('GET', '/admin/v1/applications', { headers })).status).toBe(401)
  })
})

describe('an operator with the admin secret', () => {
  const from = (address: string, token: string) =>
    call('GET', '/admin/v1/plans', { token, headers: { 'cf-connecting-ip': address } })

  it('is let in by the whole secret only', async () => {
    const secret = env.ADMIN_SECRET!
    expect((await from('198.51.100.1', secret)).status).toBe(200)
    for (const wrong of [secret.slice(0, -1), `${secret}0`, secret.toUpperCase()]) {
      expect((await from('198.51.100.1', wrong)).body.code).toBe('operator_required')
    }
  })

  it('works from an address that has to wait after twenty wrong secrets; keys sent by mistake do not count', async () => {
    for (let i = 0; i < 25; i++) await from('198.51.100.2', createApiKey('live', platformRandom))
    for (let i = 0; i < 20; i++) {
      expect((await from('198.51.100.2', `wrong-${i}`)).body.code).toBe('operator_required')
    }
    const bounded = await from('198.51.100.2', 'wrong-20')
    expect(bounded.body.code).toBe('rate_limited')
    expect(Number(bounded.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await from('198.51.100.2', env.ADMIN_SECRET!)).status).toBe(200)
    expect((await from('198.51.100.3', 'wrong-20')).body.code).toBe('operator_required')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 })
    expect((await from('198.51.100.2', 'wrong-21')).body.code).toBe('operator_required')
  })

  it('is not let in by a configured secret that is short enough to guess', async () => {
    const context = createExecutionContext()
    const request = new Request(`${origin}/admin/v1/plans`, { headers: { authorization: 'Bearer short' } })
    const answer = await createApp().fetch(request, { ...env, ADMIN_SECRET: 'short' }, context)
    await waitOnExecutionContext(context)
    expect(await answer.json()).toMatchObject({ code: 'not_configured' })
  })

  it('is nobody where no secret is set', async () => {
    const context = createExecutionContext()
    const request = (authorization: string) =>
      new Request(`${origin}/admin/v1/plans`, { headers: { authorization } })
    for (const attempt of ['Bearer undefined', 'Bearer null', 'Bearer ']) {
      const answer = await createApp().fetch(
        request(attempt),
        { ...env, ADMIN_SECRET: undefined } as typeof env,
        context,
      )
      expect(answer.status, attempt).toBe(401)
    }
    await waitOnExecutionContext(context)
  })
})
