import { z } from '@hono/zod-openapi'
import { applicationDetail, applicationSummary, reason, revealed } from '../../../schema/api/access.ts'
import { type ApplicationStatus, applicationStatuses } from '../../../schema/api/application-status.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { queryNumber } from '../../../schema/api/query-number.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { historyView, mailView, messagesView, noteView } from '../views.ts'
import { getOperator, toOperatorId } from './operator.ts'
import { defaultPlan } from './review-service.ts'
import { summaries, summarizeApplication } from './summaries.ts'

const tags = ['review']
const bodyLimit = 16 * 1024
const limit = queryNumber(z.coerce.number().int().min(1).max(100).default(50))

/** The states that wait for a reviewer. */
const waiting: readonly ApplicationStatus[] = ['verified', 'in_review']

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/applications',
    tags,
    ...summarized('List applications, longest waiting first', '신청 목록(오래 기다린 순)'),
    request: {
      query: z.object({
        status: z
          .enum(['all', ...applicationStatuses])
          .optional()
          .meta(described('Default: applications awaiting review', '기본값: 심사 대기 중인 신청')),
        assignee: z
          .string()
          .min(1)
          .max(254)
          .optional()
          .meta(
            described(
              'Filter by reviewer: an ID, `me` for your own applications, or `none` for unassigned ones',
              '이 심사자(ID), 본인(`me`)이 맡았거나 담당자가 없는(`none`) 신청만',
            ),
          ),
        waiting_days: queryNumber(z.coerce.number().int().min(1).max(3650).optional()).meta(
          described('Only applications waiting for at least this many days', '이 일수 이상 기다린 신청만'),
        ),
        limit,
        offset: queryNumber(z.coerce.number().int().min(0).max(100_000).default(0)),
      }),
    },
    responses: { 200: jsonAnswer(described('One page', '목록 한 페이지'), listSchema(applicationSummary)) },
  },
)

const show = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/applications/{id}',
    tags,
    ...summarized(
      'Get an application without personal data; the first view starts its review',
      '개인정보를 제외한 신청 조회. 처음 열면 심사가 시작됩니다',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The application', '신청'), applicationDetail) },
  },
)

const reveal = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/reveal',
    tags,
    ...summarized(
      'Get the personal data of an application; logged with the reason',
      '신청의 개인정보 조회. 사유와 함께 감사 기록에 남습니다',
    ),
    request: { params: idInPath, body: jsonBody(reason) },
    responses: { 200: jsonAnswer(described('The applicant', '신청자'), revealed) },
  },
)

/** Routes that show applications to reviewers. */
export function reviewRoutes() {
  const routes = apiRoutes()

  routes.openapi(list, async (c) => {
    const { status, assignee, waiting_days: days, limit, offset } = c.req.valid('query')
    const filter = {
      statuses: status === undefined ? waiting : status === 'all' ? applicationStatuses : [status],
      ...(assignee !== undefined && { assignee: assignee === 'none' ? null : toOperatorId(c, assignee) }),
      ...(days !== undefined && { changedBefore: Date.now() - days * 86_400_000 }),
    }
    const found = await c.get('services').access.applications.list(filter, limit + 1, offset)
    const data = await summaries(c, found.slice(0, limit))
    return c.json({ object: 'list' as const, data, has_more: found.length > limit }, 200)
  })

  routes.openapi(show, async (c) => {
    const { reviewService, reviewMails, reviewNotes, applications } = c.get('services').access
    const { application, request } = await reviewService.show(c.req.valid('param').id, getOperator(c))
    const [view, history, mails, notes] = await Promise.all([
      summarizeApplication(c, application),
      applications.history(application.id),
      reviewMails.list(application.id),
      reviewNotes.list(application.id),
    ])
    return c.json(
      {
        ...view,
        default_plan: defaultPlan(application),
        request: request?.form ?? null,
        messages: messagesView(request),
        notes: notes.map(noteView),
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

  return routes
}
