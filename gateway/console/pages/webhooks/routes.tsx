import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { CreatedWebhook, Webhook, WebhookDelivery } from '../../../../schema/api/webhooks.ts'
import type { PublicApi } from '../../api.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import { keepFreshKey, readFreshKey } from '../../sessions/fresh-key.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { ConfirmPage } from '../confirm-page.tsx'
import { WebhookPage } from './webhook-page.tsx'
import { WebhooksPage } from './webhooks-page.tsx'

/** The tenant's webhooks. */
export function webhookPages(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const collection = '/v1/webhooks'
  const path = (c: ConsoleContext) => toPath(collection, c.req.param('id'))
  const listWebhooks = (c: ConsoleContext) => asTenant(c).get<List<Webhook>>(collection)

  async function showList(c: ConsoleContext, refused?: { url: string; problem: ProblemBody }) {
    const view = c.get('view')
    const outcome = await listWebhooks(c)
    if ('problem' in outcome) return showProblem(c, view.t.webhooks.title, outcome.problem)
    const fresh = await readFreshKey(c, 'tenant')
    const page = <WebhooksPage view={view} webhooks={outcome.data.data} fresh={fresh} {...refused} />
    return show(c, page, refused === undefined ? 200 : 400)
  }

  async function showOne(c: ConsoleContext, problem?: ProblemBody) {
    const view = c.get('view')
    const [webhooks, deliveries] = await Promise.all([
      listWebhooks(c),
      asTenant(c).get<List<WebhookDelivery>>(`${path(c)}/deliveries`),
    ])
    if ('problem' in webhooks) return showProblem(c, view.t.webhooks.title, webhooks.problem)
    if ('problem' in deliveries) return showProblem(c, view.t.webhooks.title, deliveries.problem)
    const webhook = webhooks.data.data.find(({ id }) => id === c.req.param('id'))
    if (webhook === undefined) return c.redirect('/webhooks')
    const fresh = await readFreshKey(c, 'tenant')
    const parts = { webhook, deliveries: deliveries.data.data, fresh }
    return show(
      c,
      <WebhookPage view={view} {...parts} problem={problem} />,
      problem === undefined ? 200 : 400,
    )
  }

  async function change(c: ConsoleContext, body: object) {
    const outcome = await asTenant(c).send('PATCH', path(c), body)
    return 'problem' in outcome ? showOne(c, outcome.problem) : backToOne(c)
  }

  const backToOne = (c: ConsoleContext) => c.redirect(toPath('/webhooks', c.req.param('id')), 303)

  /** The secret is kept for the page that follows, and shown there only. */
  async function showSecret(c: ConsoleContext, { id, url, secret }: CreatedWebhook, page: string) {
    await keepFreshKey(c, 'tenant', { id, name: new URL(url).host, key: secret })
    return c.redirect(`${page}?new=${encodeURIComponent(id)}`, 303)
  }

  async function confirm(c: ConsoleContext, step: 'rotate' | 'delete') {
    const view = c.get('view')
    const outcome = await listWebhooks(c)
    if ('problem' in outcome) return showProblem(c, view.t.webhooks.title, outcome.problem)
    const webhook = outcome.data.data.find(({ id }) => id === c.req.param('id'))
    if (webhook === undefined) return c.redirect('/webhooks')
    const page = toPath('/webhooks', webhook.id)
    return show(
      c,
      <ConfirmPage
        view={view}
        session={view.sessions.tenant}
        {...view.t.webhooks.confirm[step]}
        subject={webhook.url}
        danger={step === 'delete'}
        action={`${page}/${step}`}
        back={page}
      />,
    )
  }

  return new Hono<ConsoleEnv>()
    .use('/webhooks/*', requireSession('tenant'), trustedForm('tenant'))
    .get('/webhooks', (c) => showList(c))
    .post('/webhooks', async (c) => {
      const form = await c.req.parseBody({ all: true })
      const url = String(form.url ?? '')
      const body = { url, events: [form.events ?? []].flat() }
      const outcome = await asTenant(c).send<CreatedWebhook>('POST', collection, body)
      if ('problem' in outcome) return showList(c, { url, problem: outcome.problem })
      return showSecret(c, outcome.data, '/webhooks')
    })
    .get('/webhooks/:id', (c) => showOne(c))
    .post('/webhooks/:id', async (c) => {
      const { events = [] } = await c.req.parseBody({ all: true })
      return change(c, { events: [events].flat() })
    })
    .post('/webhooks/:id/on', (c) => change(c, { enabled: true }))
    .post('/webhooks/:id/off', (c) => change(c, { enabled: false }))
    .post('/webhooks/:id/test', async (c) => {
      const outcome = await asTenant(c).send('POST', `${path(c)}/test`)
      return 'problem' in outcome ? showOne(c, outcome.problem) : backToOne(c)
    })
    .get('/webhooks/:id/rotate', (c) => confirm(c, 'rotate'))
    .post('/webhooks/:id/rotate', async (c) => {
      const outcome = await asTenant(c).send<CreatedWebhook>('POST', `${path(c)}/rotate`)
      if ('problem' in outcome) return showOne(c, outcome.problem)
      return showSecret(c, outcome.data, toPath('/webhooks', outcome.data.id))
    })
    .get('/webhooks/:id/delete', (c) => confirm(c, 'delete'))
    .post('/webhooks/:id/delete', async (c) => {
      const outcome = await asTenant(c).send('DELETE', path(c))
      return 'problem' in outcome ? showOne(c, outcome.problem) : c.redirect('/webhooks', 303)
    })
}
