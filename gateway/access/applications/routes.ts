import { applicationStatus, ownData } from '../../../schema/api/access.ts'
import { applicationPatch, type consentKinds } from '../../../schema/api/application.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, invalidRequest } from '../../../schema/api/errors.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { clientAddress } from '../../http/client-address.ts'
import type { GatewayContext } from '../../http/context.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { sendMails } from '../mails/send-mails.ts'
import { messagesView, statusView, time } from '../views.ts'
import { changesFromOneAddress } from './attempt-limits.ts'
import { checkRequirements, shapeErrors } from './form/check.ts'
import { formBodyLimit } from './form-routes.ts'

const tags = ['applications']

const show = apiRoute(
  { access: 'applicant' },
  {
    method: 'get',
    path: '/v1/applications/{id}',
    tags,
    ...summarized('Get the status of an application', '신청 진행 상황 조회'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The status', '진행 상황'), applicationStatus) },
  },
)

const download = apiRoute(
  { access: 'applicant' },
  {
    method: 'get',
    path: '/v1/applications/{id}/data',
    tags,
    ...summarized(
      'Export all data stored about an application',
      '신청에 관해 보관 중인 모든 데이터 내보내기',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The data', '데이터'), ownData) },
  },
)

const change = apiRoute(
  { access: 'applicant', bodyLimit: formBodyLimit },
  {
    method: 'patch',
    path: '/v1/applications/{id}',
    tags,
    ...summarized(
      "Edit an open application, or answer the reviewer's question",
      '진행 중인 신청 수정, 또는 추가 질문에 답변',
    ),
    request: { params: idInPath, body: jsonBody(applicationPatch) },
    responses: { 200: jsonAnswer(described('The status', '진행 상황'), applicationStatus) },
  },
)

const withdraw = apiRoute(
  { access: 'applicant' },
  {
    method: 'delete',
    path: '/v1/applications/{id}',
    tags,
    ...summarized('Withdraw an application and destroy its data', '신청 철회 및 데이터 파기'),
    request: { params: idInPath },
    responses: {
      200: jsonAnswer(
        described('Withdrawn; its data is destroyed', '철회됨. 데이터를 파기했습니다'),
        applicationStatus,
      ),
    },
  },
)

const resend = apiRoute(
  { access: 'applicant' },
  {
    method: 'post',
    path: '/v1/applications/{id}/verification',
    tags,
    ...summarized('Resend the verification email', '인증 메일 재발송'),
    request: { params: idInPath },
    responses: { 202: jsonAnswer(described('Queued for sending', '발송 대기 중'), applicationStatus) },
  },
)

/** Routes of an application, for the holder of its status token. */
export function applicantRoutes() {
  const routes = apiRoutes()

  routes.openapi(show, async (c) => c.json(await status(c, c.get('application')), 200))

  routes.openapi(download, async (c) => {
    const application = c.get('application')
    const { applications, consents: given } = c.get('services').access
    const [person, request, consents] = await Promise.all([
      applications.open(application.id, 'person'),
      applications.open(application.id, 'request'),
      given.of(application.id),
    ])
    return c.json(
      {
        ...(await status(c, application)),
        form: { ...person, ...request?.form },
        messages: messagesView(request),
        consents: consents.map(({ kind, granted, version, language, textDigest, at }) => ({
          kind: kind as (typeof consentKinds)[number],
          granted,
          version,
          language,
          text_digest: textDigest,
          at: time(at),
        })),
      },
      200,
    )
  })

  routes.openapi(
    change,
    async (c) => {
      const { applicationService, consents, limiter, requirements } = c.get('services').access
      await limiter.demand(changesFromOneAddress, clientAddress(c))
      let application = c.get('application')
      const { language, answer, news, ...values } = c.req.valid('json')
      if (news !== undefined) await consents.setNews(application, news)
      if (language !== undefined || answer !== undefined || Object.keys(values).length > 0) {
        const whole = await applicationService.valuesWith(application, values)
        const errors = checkRequirements(whole, requirements(), Date.now())
        if (errors.length > 0) throw new FailureError(invalidRequest(errors))
        application = await applicationService.change(application, {
          values,
          ...(language && { language }),
          ...(answer !== undefined && { answer }),
        })
        sendMails(c, application.id)
      }
      return c.json(await status(c, application), 200)
    },
    (result) => {
      if (result.success) return
      throw new FailureError(invalidRequest(shapeErrors(result.error.issues)))
    },
  )

  routes.openapi(withdraw, async (c) => {
    const application = c.get('application')
    const withdrawn = await c.get('services').access.withdrawalService.withdraw(application)
    c.get('services').authenticator.forget()
    return c.json(await status(c, withdrawn), 200)
  })

  routes.openapi(resend, async (c) => {
    const application = c.get('application')
    const { applicationService, limiter } = c.get('services').access
    await limiter.demand(changesFromOneAddress, clientAddress(c))
    await applicationService.resendVerification(application)
    sendMails(c, application.id)
    return c.json(await status(c, application), 202)
  })

  return routes
}

async function status(c: GatewayContext, application: ApplicationRow) {
  const { applications, applicationService } = c.get('services').access
  const [history, mail, request] = await Promise.all([
    applications.history(application.id),
    applicationService.latestMail(application.id),
    applications.open(application.id, 'request'),
  ])
  return statusView(application, history, mail, request)
}
