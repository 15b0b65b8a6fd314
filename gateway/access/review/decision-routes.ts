import { z } from '@hono/zod-openapi'
import { applicationSummary, approval, question, rejection } from '../../../schema/api/access.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { sendMails } from '../mails/send-mails.ts'
import { summarizeApplication } from './summaries.ts'

const tags = ['review']
const summary = { 200: jsonAnswer(described('The application', '신청'), applicationSummary) }
const bodyLimit = 16 * 1024

const approve = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/approve',
    tags,
    ...summarized(
      'Approve: creates the tenant and emails a one-time claim link',
      '승인: 테넌트를 만들고 신청자에게 일회용 수령 링크를 보냅니다',
    ),
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
    ...summarized('Reject, with a reason for the applicant', '거절(신청자에게 사유 전달)'),
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
    ...summarized('Ask the applicant for more information', '신청자에게 추가 정보 요청'),
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
    ...summarized(
      'Resend an email, with a new link if it contains one',
      '메일 재발송. 링크가 있으면 새로 만듭니다',
    ),
    request: { params: idInPath.extend({ mail: z.string().max(64) }) },
    responses: { 202: jsonAnswer(described('Queued for sending', '발송 대기 중'), applicationSummary) },
  },
)

const bounceMail = apiRoute(
  { access: 'operator' },
  {
    method: 'post',
    path: '/admin/v1/mails/{id}/bounce',
    tags,
    ...summarized('Record that a sent email bounced', '보낸 메일이 반송되었음을 기록'),
    request: { params: idInPath },
    responses: { 204: described('Recorded', '기록됨') },
  },
)

/** Routes of a reviewer's decisions, and of the mails they cause. */
export function decisionRoutes() {
  const routes = apiRoutes()

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
    return c.json(await summarizeApplication(c, application), 200)
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
    return c.json(await summarizeApplication(c, application), 200)
  })

  routes.openapi(requestInfo, async (c) => {
    const { id } = c.req.valid('param')
    const { revision, question } = c.req.valid('json')
    const { reviewService } = c.get('services').access
    const application = await reviewService.requestInfo({ id, revision }, question, c.get('operator'))
    sendMails(c, id)
    return c.json(await summarizeApplication(c, application), 200)
  })

  routes.openapi(resendMail, async (c) => {
    const { id, mail } = c.req.valid('param')
    const { reviewMails, applications } = c.get('services').access
    await reviewMails.resend(id, mail, c.get('operator'))
    sendMails(c, id)
    return c.json(await summarizeApplication(c, await applications.get(id)), 202)
  })

  routes.openapi(bounceMail, async (c) => {
    await c.get('services').access.reviewMails.bounced(c.req.valid('param').id, c.get('operator'))
    return c.body(null, 204)
  })

  return routes
}
