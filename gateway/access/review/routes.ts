import { z } from '@hono/zod-openapi'
import {
  applicationDetail,
  applicationSummary,
  approval,
  listOf,
  question,
  reason,
  rejection,
  revealed,
} from '../../../schema/api/access.ts'
import { type ApplicationStatus, applicationStatuses } from '../../../schema/api/application-status.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { sendMails } from '../mails/send-mails.ts'
import { historyView, mailView, messagesView, summaryView } from '../views.ts'
import { defaultPlan } from './review-service.ts'

const tags = ['review']
const summary = { 200: jsonAnswer('The application', applicationSummary) }
const bodyLimit = 16 * 1024
const limit = z.coerce.number().int().min(1).max(100).default(50)

/** What waits for a reviewer; an address that is not verified is not worth anybody's time yet. */
const waiting: readonly ApplicationStatus[] = ['verified', 'in_review']

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/applications',
    tags,
    summary: 'Applications, the longest waiting first',
    request: {
      query: z.object({
        status: z
          .enum(['all', ...applicationStatuses])
          .optional()
          .meta({ description: 'Left out, those that wait for a reviewer' }),
        limit,
        offset: z.coerce.number().int().min(0).max(100_000).default(0),
      }),
    },
    responses: { 200: jsonAnswer('A page', listOf(applicationSummary)) },
  },
)

const show = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/applications/{id}',
    tags,
    summary: 'An application without personal data; the first look takes it up for review',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The application', applicationDetail) },
  },
)

const reveal = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/reveal',
    tags,
    summary: 'The personal data of an application; logged with the reason',
    request: { params: idInPath, body: jsonBody(reason) },
    responses: { 200: jsonAnswer('Who applies', revealed) },
  },
)

const approve = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/approve',
    tags,
    summary: 'Approve: makes the tenant and mails the applicant a one-time claim link',
    request: { params: idInPath, body: jsonBody(approval) },
    responses: summary,
  },
)

const reject = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/reject',
    tags,
    summary: 'Reject with a reason the applicant reads',
    request: { params: idInPath, body: jsonBody(rejection) },
    responses: summary,
  },
)

const requestInfo = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/request-info',
    tags,
    summary: 'Ask the applicant for more',
    request: { params: idInPath, body: jsonBody(question) },
    responses: summary,
  },
)

const resendMail = apiRoute(
  { access: 'operator' },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/mails/{mail}/resend',
    tags,
    summary: 'Send a mail again, with a fresh link where it has one',
    request: { params: idInPath.extend({ mail: z.string().max(64) }) },
    responses: { 202: jsonAnswer('It will be sent', applicationSummary) },
  },
)

/** What reviewers call. */
export function reviewRoutes() {
  const routes = apiRoutes()

  routes.openapi(list, async (c) => {
    const { status, limit, offset } = c.req.valid('query')
    const among = status === undefined ? waiting : status === 'all' ? applicationStatuses : [status]
    const found = await c.get('services').access.applications.list(among, limit + 1, offset)
    const data = await summaries(c, found.slice(0, limit))
    return c.json({ object: 'list' as const, data, has_more: found.length > limit }, 200)
  })

  routes.openapi(show, async (c) => {
    const { reviewService, applications } = c.get('services').access
    const { application, request } = await reviewService.show(c.req.valid('param').id, c.get('operator'))
    const [view, history, mails] = await Promise.all([
      summarise(c, application),
      applications.history(application.id),
      reviewService.listMails(application.id),
    ])
    return c.json(
      {
        ...view,
        default_plan: defaultPlan(application),
        request: request?.form ?? null,
        messages: messagesView(request),
        history: historyView(history),
        mails: mails.map(mailView),
      },
      200,
    )
  })

  routes.openapi(reveal, async (c) => {
    const { id } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const { person, revision } = await c
      .get('services')
      .access.reviewService.reveal(id, reason, c.get('operator'))
    return c.json({ id, revision, person }, 200)
  })

  routes.openapi(approve, async (c) => {
    const { revision, plan, models, scopes, expires_at: expires } = c.req.valid('json')
    const application = await c.get('services').access.reviewService.approve(
      { id: c.req.valid('param').id, revision },
      {
        ...(plan && { plan }),
        ...(models && { models }),
        ...(scopes && { scopes }),
        ...(expires && { expiresAt: Date.parse(expires) }),
      },
      c.get('operator'),
    )
    sendMails(c, application.id)
    return c.json(await summarise(c, application), 200)
  })

  routes.openapi(reject, async (c) => {
    const { revision, code, message, may_reapply: mayReapply = true } = c.req.valid('json')
    const { id } = c.req.valid('param')
    const { reviewService } = c.get('services').access
    const application = await reviewService.reject(
      { id, revision },
      { code, message, mayReapply },
      c.get('operator'),
    )
    sendMails(c, id)
    return c.json(await summarise(c, application), 200)
  })

  routes.openapi(requestInfo, async (c) => {
    const { id } = c.req.valid('param')
    const { revision, question } = c.req.valid('json')
    const { reviewService } = c.get('services').access
    const application = await reviewService.requestInfo({ id, revision }, question, c.get('operator'))
    sendMails(c, id)
    return c.json(await summarise(c, application), 200)
  })

  routes.openapi(resendMail, async (c) => {
    const { id, mail } = c.req.valid('param')
    const { reviewService, applications } = c.get('services').access
    await reviewService.resendMail(id, mail, c.get('operator'))
    sendMails(c, id)
    return c.json(await summarise(c, await applications.get(id)), 202)
  })

  return routes
}

async function summaries(c: GatewayContext, page: ApplicationRow[]) {
  const reviewContexts = await c.get('services').access.reviewService.reviewContexts(page)
  const now = Date.now()
  return page.map((application) => summaryView(application, reviewContexts.get(application.id)!, now))
}

const summarise = async (c: GatewayContext, application: ApplicationRow) =>
  (await summaries(c, [application]))[0]!
