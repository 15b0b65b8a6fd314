import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { LimitsView } from '../../../../schema/api/usage.ts'
import { keyStart } from '../../../auth/api-key.ts'
import type { PublicApi } from '../../api.ts'
import { toEndOfDay } from '../../format.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { sessionApi, toPath } from '../../session-api.ts'
import { keepFreshKey, readFreshKey } from '../../sessions/fresh-key.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { startSession } from '../../sessions/session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { ConfirmKeyPage, isLastManager } from './confirm-key-page.tsx'
import { keyLimits, parseKeyLimits } from './key-limit-fields.tsx'
import { KeyPage } from './key-page.tsx'
import { type CreatedKey, type Key, KeysPage } from './keys-page.tsx'
import { type Usage, UsagePage } from './usage-page.tsx'

/** Usage and keys of a tenant. */
export function accountRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')

  const listKeys = (c: ConsoleContext) => asTenant(c).get<{ data: Key[] }>('/v1/keys')

  async function showKeys(c: ConsoleContext, problem?: ProblemBody) {
    const view = c.get('view')
    const outcome = await listKeys(c)
    if ('problem' in outcome) return showProblem(c, view.t.account.keys.title, outcome.problem)
    const fresh = await readFreshKey(c, 'tenant')
    const page = <KeysPage view={view} keys={outcome.data.data} fresh={fresh} problem={problem} />
    return show(c, page, problem === undefined ? 200 : 400)
  }

  async function showFreshKey(c: ConsoleContext, key: CreatedKey) {
    await keepFreshKey(c, 'tenant', key)
    return c.redirect(`/keys?new=${encodeURIComponent(key.id)}`, 303)
  }

  /** A rotation ends the sessions of the replaced key; the one that asked for it goes on with the new key. */
  async function continueSession(c: ConsoleContext, key: string) {
    const { sessions } = c.get('view')
    const { consoleSessions } = c.get('services')
    consoleSessions.forget()
    if (sessions.tenant === null || (await consoleSessions.isOpen(sessions.tenant))) return
    sessions.tenant = await startSession(c, 'tenant', key, keyStart(key))
  }

  async function confirm(c: ConsoleContext, step: 'rotate' | 'revoke') {
    const view = c.get('view')
    const outcome = await listKeys(c)
    if ('problem' in outcome) return showProblem(c, view.t.account.keys.title, outcome.problem)
    const keys = outcome.data.data
    const key = keys.find(({ id }) => id === c.req.param('id'))
    if (key === undefined) return c.redirect('/keys')
    return show(
      c,
      <ConfirmKeyPage view={view} step={step} of={key} isLastManager={isLastManager(keys, key.id)} />,
    )
  }

  return new Hono<ConsoleEnv>()
    .use('/usage', requireSession('tenant'))
    .use('/keys/*', requireSession('tenant'), trustedForm('tenant'))
    .get('/usage', async (c) => {
      const view = c.get('view')
      const [usage, limits] = await Promise.all([
        asTenant(c).get<Usage>('/v1/usage'),
        asTenant(c).get<LimitsView>('/v1/limits'),
      ])
      if ('problem' in usage) return showProblem(c, view.t.account.usage.title, usage.problem)
      const left = 'data' in limits ? limits.data : null
      return show(c, <UsagePage view={view} usage={usage.data} limits={left} now={Date.now()} />)
    })
    .get('/keys', (c) => showKeys(c))
    .post('/keys', async (c) => {
      const form = await c.req.parseBody({ all: true })
      const outcome = await asTenant(c).send<CreatedKey>('POST', '/v1/keys', {
        name: String(form.name ?? ''),
        scopes: [form.scopes ?? []].flat(),
        ...(parseKeyLimits(form) && { limits: parseKeyLimits(form) }),
        ...(form.expires && { expires_at: toEndOfDay(String(form.expires)) }),
      })
      return 'problem' in outcome ? showKeys(c, outcome.problem) : showFreshKey(c, outcome.data)
    })
    .get('/keys/:id', async (c) => {
      const view = c.get('view')
      const outcome = await listKeys(c)
      if ('problem' in outcome) return showProblem(c, view.t.account.keys.title, outcome.problem)
      const key = outcome.data.data.find(({ id }) => id === c.req.param('id'))
      if (key === undefined) return c.redirect('/keys')
      const bounds = keyLimits.map((name) => [name, String(key.limits?.[name] ?? '')])
      const values = { name: key.name, ...Object.fromEntries(bounds) }
      return show(c, <KeyPage view={view} id={key.id} values={values} />)
    })
    .post('/keys/:id', async (c) => {
      const values = await parseForm(c)
      const id = c.req.param('id')
      const change = { name: values.name, limits: parseKeyLimits(values) }
      const outcome = await asTenant(c).send('PATCH', toPath('/v1/keys', id), change)
      if ('data' in outcome) return c.redirect('/keys', 303)
      return show(c, <KeyPage view={c.get('view')} id={id} values={values} problem={outcome.problem} />, 400)
    })
    .get('/keys/:id/rotate', (c) => confirm(c, 'rotate'))
    .get('/keys/:id/revoke', (c) => confirm(c, 'revoke'))
    .post('/keys/:id/rotate', async (c) => {
      const path = `${toPath('/v1/keys', c.req.param('id'))}/rotate`
      const outcome = await asTenant(c).send<CreatedKey>('POST', path, {})
      if ('problem' in outcome) return showKeys(c, outcome.problem)
      await continueSession(c, outcome.data.key)
      return showFreshKey(c, outcome.data)
    })
    .post('/keys/:id/revoke', async (c) => {
      const { confirm } = await parseForm(c)
      const query = confirm === 'lockout' ? '?confirm=lockout' : ''
      const outcome = await asTenant(c).send('DELETE', toPath('/v1/keys', c.req.param('id')) + query)
      c.get('services').consoleSessions.forget()
      return 'problem' in outcome ? showKeys(c, outcome.problem) : c.redirect('/keys', 303)
    })
}
