import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../../gateway/app.ts'
import { createApiKey } from '../../../gateway/auth/api-key.ts'
import { platformRandom } from '../../../gateway/platform/base62.ts'
import { type Scope, scopes } from '../../../schema/api/scopes.ts'
import { type Answer, apply, asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'

/**
 * Every route against everybody who might call it, from the OpenAPI document: a new route is tested without
 * a line here, and one that is open, or takes ids, has to be named below before this file passes.
 */

interface Route {
  name: string
  method: string
  path: string
  security: Record<string, string[]>[]
}

const methods = ['get', 'post', 'put', 'patch', 'delete']

/** Routes that anybody may call. A new one is a decision, and belongs in this list. */
const openRoutes = [
  'GET /shared/{token}',
  'GET /shared/{token}/rows',
  'GET /v1/application-form',
  'POST /v1/applications',
  'POST /v1/claims/{token}',
  'POST /v1/status-links',
  'POST /v1/status-links/{token}',
  'POST /v1/verifications/{token}',
]

/** Paths under which the API lives; whatever answers there has to be declared. */
const apiPath = /^\/(v1|admin)\//

const document = createApp()
const routes: Route[] = []

beforeEach(async () => {
  catchMails()
  if (routes.length === 0) routes.push(...(await declaredRoutes()))
})
afterEach(async () => {
  await settled()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

async function declaredRoutes(): Promise<Route[]> {
  const { body } = await call<{ paths: Record<string, Record<string, Pick<Route, 'security'>>> }>(
    'GET',
    '/openapi.json',
  )
  return Object.entries(body.paths).flatMap(([path, operations]) =>
    methods
      .filter((method) => operations[method] !== undefined)
      .map((method) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        security: operations[method]!.security ?? [],
      })),
  )
}

const withScheme = (scheme: string) =>
  routes.filter(({ security }) => security.some((entry) => scheme in entry))
const getScope = ({ security }: Route) => security.flatMap((entry) => entry.apiKey ?? [])[0] as Scope

/** Calls a route with every path parameter set to an id, from an address of its own. */
function knock({ method, path }: Route, token?: string, id = 'doesnotexist'): Promise<Answer> {
  const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} }
  return call(method, path.replace(/\{\w+\}/g, id), {
    ...(token !== undefined && { token }),
    headers: { 'cf-connecting-ip': crypto.randomUUID() },
    ...body,
  })
}

/** One key for each way in which a key can be wrong, and one whole tenant. */
async function cast() {
  const { key, tenantId, statusToken } = await tenantWithKey({ email: 'a@example.com' })
  const make = async (body: object) => (await call('POST', '/v1/keys', { token: key, body })).body
  const revoked = await make({ name: 'revoked' })
  await call('DELETE', `/v1/keys/${revoked.id}`, { token: key })
  const expired = await make({ name: 'expired', expires_at: new Date(Date.now() + 60_000).toISOString() })
  const suspended = await tenantWithKey({ email: 'b@example.com' })
  await asOperator('POST', `/admin/v1/tenants/${suspended.tenantId}/suspend`, { reason: 'test' })
  const without = Object.fromEntries(
    await Promise.all(
      scopes.map(async (scope) => {
        const others = scopes.filter((other) => other !== scope)
        return [scope, (await make({ name: `all but ${scope}`, scopes: others })).key as string]
      }),
    ),
  ) as Record<Scope, string>
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
  return {
    tenantId,
    key,
    statusToken,
    revoked: revoked.key as string,
    expired: expired.key as string,
    suspended: suspended.key,
    without,
  }
}

describe('the route table', () => {
  it('declares every route of the API, each with exactly one way in', () => {
    const declared = new Set(routes.map(({ name }) => name))
    const answering = document.routes
      .filter(({ method, path }) => method !== 'ALL' && apiPath.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
    expect(answering.length).toBeGreaterThan(20)
    expect([...new Set(answering)].filter((route) => !declared.has(route))).toEqual([])
    for (const { name, security } of routes) expect(security.length, name).toBeLessThanOrEqual(1)
  })

  it('is open to anybody only where this file says so', () => {
    expect(
      routes
        .filter(({ security }) => security.length === 0)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(openRoutes)
  })

  it('puts every route under /admin behind an operator, and no other', () => {
    const admin = routes.filter(({ path }) => path.startsWith('/admin/')).map(({ name }) => name)
    expect(withScheme('operator').map(({ name }) => name)).toEqual(admin)
  })
})

describe('routes for API keys', () => {
  it('refuse everything that is not a valid key with the right scope', async () => {
    const { key, statusToken, revoked, expired, suspended, without } = await cast()
    const unknown = createApiKey('live', platformRandom)
    const mistyped = unknown.slice(0, -1) + (unknown.endsWith('0') ? '1' : '0')
    const guarded = withScheme('apiKey')
    expect(guarded.length).toBeGreaterThan(5)
    for (const route of guarded) {
      const cases: [string, string | undefined, number, string][] = [
        ['no key', undefined, 401, 'missing_api_key'],
        ['mistyped', mistyped, 401, 'malformed_api_key'],
        ['status token', statusToken, 401, 'malformed_api_key'],
        ['operator', env.ADMIN_SECRET!, 401, 'malformed_api_key'],
        ['unknown', unknown, 401, 'invalid_api_key'],
        ['revoked', revoked, 401, 'invalid_api_key'],
        ['expired', expired, 401, 'invalid_api_key'],
        ['suspended', suspended, 403, 'tenant_suspended'],
        ['wrong scope', without[getScope(route)], 403, 'insufficient_scope'],
      ]
      for (const [who, token, status, code] of cases) {
        const answer = await knock(route, token)
        expect(
          [answer.status, answer.body.code ?? answer.body.error?.code],
          `${route.name} with ${who}`,
        ).toEqual([status, code])
      }
      const allowed = await knock(route, key)
      expect([401, 403], `${route.name} with the right key`).not.toContain(allowed.status)
    }
  }, 60_000)

  it("answer for another tenant's object exactly as for one that does not exist", async () => {
    const mine = await tenantWithKey({ email: 'a@example.com' })
    const other = await tenantWithKey({ email: 'b@example.com' })
    // Ids that exist with the other tenant, wherever they might be looked up.
    const theirs = [other.keyId, other.tenantId, other.id]
    for (const route of withScheme('apiKey').filter(({ path }) => path.includes('{'))) {
      const none = await knock(route, mine.key)
      for (const id of theirs) {
        const answer = await knock(route, mine.key, id)
        const same = ({ status, text }: Answer, id: string) => [
          status,
          text.replaceAll(id, 'ID').replace(/"request_id":"[^"]*"/, ''),
        ]
        expect(same(answer, id), `${route.name} with ${id}`).toEqual(same(none, 'doesnotexist'))
      }
    }
    expect((await call('GET', '/v1/keys', { token: other.key })).body.data).toMatchObject([
      { status: 'active' },
    ])
  })
})

describe('routes for operators', () => {
  it('refuse everybody else, and let the operator in', async () => {
    const { key, statusToken, suspended } = await cast()
    for (const route of withScheme('operator')) {
      for (const token of [undefined, key, suspended, statusToken, 'wrong-secret']) {
        const answer = await knock(route, token)
        expect([answer.status, answer.body.code], route.name).toEqual([401, 'operator_required'])
      }
      const allowed = await knock(route, env.ADMIN_SECRET)
      expect([401, 403], `${route.name} as operator`).not.toContain(allowed.status)
      expect(allowed.status, `${route.name} as operator`).toBeLessThan(500)
    }
  }, 60_000)
})

describe('routes for applicants', () => {
  it("open one's own application and nothing else", async () => {
    const { key } = await tenantWithKey({ email: 'a@example.com' })
    const other = await apply({ email: 'b@example.com' })
    const guarded = withScheme('statusToken')
    expect(guarded.length).toBeGreaterThan(2)
    for (const route of guarded) {
      const mine = await apply({ email: 'c@example.com' })
      const missing = await knock(route, undefined, mine.id)
      expect([missing.status, missing.body.code], route.name).toEqual([401, 'status_token_required'])
      for (const token of [key, other.statusToken, env.ADMIN_SECRET]) {
        const answer = await knock(route, token, mine.id)
        expect([answer.status, answer.body.code], route.name).toEqual([404, 'not_found'])
      }
      expect((await knock(route, mine.statusToken, mine.id)).status, route.name).toBeLessThan(300)
    }
  })
})

describe('open routes', () => {
  it('ask nobody who they are', async () => {
    for (const route of routes.filter(({ security }) => security.length === 0)) {
      expect([401, 403], route.name).not.toContain((await knock(route)).status)
    }
  })
})
