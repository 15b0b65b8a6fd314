import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { PublicApi } from '../../api.ts'
import { toEndOfDay } from '../../format.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, toPath } from '../../session-api.ts'
import { keepFreshKey, readFreshKey } from '../../sessions/fresh-key.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { ConfirmPage } from '../confirm-page.tsx'
import { asOperator, type CreatedKey, type Key, type Plan, type Tenant } from './operator-api.ts'
import { TenantPage } from './tenant-page.tsx'
import { TenantsPage } from './tenants-page.tsx'

const path = (id: string) => toPath('/admin/v1/tenants', id)

/** Looking after tenants. */
export function tenantRoutes(api: PublicApi) {
  async function showTenant(c: ConsoleContext, problem?: ProblemBody) {
    const view = c.get('view')
    const id = c.req.param('id') ?? ''
    const [tenant, keys, plans] = await Promise.all([
      asOperator(api, c).get<Tenant>(path(id)),
      asOperator(api, c).get<List<Key>>(`${path(id)}/keys`),
      asOperator(api, c).get<List<Plan>>('/admin/v1/plans'),
    ])
    if ('problem' in tenant) return showProblem(c, view.t.operator.tenants.title, tenant.problem)
    const page = (
      <TenantPage
        view={view}
        tenant={tenant.data}
        keys={'data' in keys ? keys.data.data : []}
        plans={'data' in plans ? plans.data.data : []}
        fresh={await readFreshKey(c, 'operator')}
        problem={problem}
      />
    )
    return show(c, page, problem === undefined ? 200 : 400)
  }

  const here = (c: ConsoleContext) => toPath('/operator/tenants', c.req.param('id'))

  async function setStatus(c: ConsoleContext, step: 'suspend' | 'resume') {
    const { reason = '' } = await parseForm(c)
    const outcome = await asOperator(api, c).send('POST', `${path(c.req.param('id') ?? '')}/${step}`, {
      reason,
    })
    return 'problem' in outcome ? showTenant(c, outcome.problem) : c.redirect(here(c), 303)
  }

  return new Hono<ConsoleEnv>()
    .get('/operator/tenants', async (c) => {
      const view = c.get('view')
      const after = c.req.query('after')
      const query = new URLSearchParams({ limit: '50', ...(after && { after }) })
      const [tenants, plans] = await Promise.all([
        asOperator(api, c).get<List<Tenant>>(`/admin/v1/tenants?${query}`),
        asOperator(api, c).get<List<Plan>>('/admin/v1/plans'),
      ])
      if ('problem' in tenants) return showProblem(c, view.t.operator.tenants.title, tenants.problem)
      const { data, has_more } = tenants.data
      const page = (
        <TenantsPage
          view={view}
          tenants={data}
          plans={'data' in plans ? plans.data.data : []}
          next={has_more ? (data.at(-1)?.id ?? null) : null}
          receipt={c.req.query('receipt') ?? null}
        />
      )
      return show(c, page)
    })
    .get('/operator/tenants/:id', (c) => showTenant(c))
    .use('/operator/tenants/:id/*', trustedForm('operator'))
    .post('/operator/tenants/:id/suspend', (c) => setStatus(c, 'suspend'))
    .post('/operator/tenants/:id/resume', (c) => setStatus(c, 'resume'))
    .post('/operator/tenants/:id/delete', async (c) => {
      const outcome = await asOperator(api, c).send<{ id: string }>('DELETE', path(c.req.param('id')))
      if ('problem' in outcome) return showTenant(c, outcome.problem)
      return c.redirect(`/operator/tenants?receipt=${encodeURIComponent(outcome.data.id)}`, 303)
    })
    .post('/operator/tenants/:id/grant', async (c) => {
      const { plan, expires, models = '' } = await parseForm(c)
      const change = {
        plan,
        scopes: await chosenScopes(c),
        models: models.trim() === '' ? null : models.split(',').map((model) => model.trim()),
        expires_at: expires ? toEndOfDay(expires) : null,
      }
      const outcome = await asOperator(api, c).send('PATCH', path(c.req.param('id')), change)
      return 'problem' in outcome ? showTenant(c, outcome.problem) : c.redirect(here(c), 303)
    })
    .post('/operator/tenants/:id/keys', async (c) => {
      const { name } = await parseForm(c)
      const wish = { name, scopes: await chosenScopes(c) }
      const outcome = await asOperator(api, c).send<CreatedKey>(
        'POST',
        `${path(c.req.param('id'))}/keys`,
        wish,
      )
      if ('problem' in outcome) return showTenant(c, outcome.problem)
      await keepFreshKey(c, 'operator', outcome.data)
      return c.redirect(`${here(c)}?new=${encodeURIComponent(outcome.data.id)}`, 303)
    })
    .get('/operator/tenants/:id/keys', (c) => c.redirect(here(c)))
    .get('/operator/tenants/:id/keys/:key', async (c) => {
      const view = c.get('view')
      const { title } = view.t.operator.tenants
      const keys = await asOperator(api, c).get<List<Key>>(`${path(c.req.param('id'))}/keys`)
      if ('problem' in keys) return showProblem(c, title, keys.problem)
      const key = keys.data.data.find(({ id }) => id === c.req.param('key'))
      if (key === undefined) return c.redirect(here(c))
      const text = view.t.account.keys
      const page = (
        <ConfirmPage
          view={view}
          session={view.sessions.operator}
          title={text.confirm.revoke}
          subject={
            <>
              {key.name} <code>{key.start}…</code>
            </>
          }
          consequence={text.revokeHint}
          button={text.revoke}
          danger
          action={toPath(`${here(c)}/keys`, key.id)}
          back={here(c)}
        />
      )
      return show(c, page)
    })
    .post('/operator/tenants/:id/keys/:key', async (c) => {
      const key = encodeURIComponent(c.req.param('key'))
      const outcome = await asOperator(api, c).send('DELETE', `/admin/v1/keys/${key}`)
      return 'problem' in outcome ? showTenant(c, outcome.problem) : c.redirect(here(c), 303)
    })
}

const chosenScopes = async (c: ConsoleContext) => [(await c.req.parseBody({ all: true })).scopes ?? []].flat()
