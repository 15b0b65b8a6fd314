import {
  applicationSummary,
  assignment,
  note,
  reviewer as reviewerSchema,
  reviewNote,
} from '../../../schema/api/access.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { noteView, time } from '../views.ts'
import { getOperator, toOperatorId } from './operator.ts'
import { summarizeApplication } from './summaries.ts'

const tags = ['review']
const bodyLimit = 16 * 1024

const listReviewers = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/reviewers',
    tags,
    ...summarized(
      'List the operators who opened applications within the last 180 days',
      '최근 180일 안에 신청서를 연 운영자 목록',
    ),
    responses: { 200: jsonAnswer(described('All of them', '전체 목록'), listSchema(reviewerSchema)) },
  },
)

const assign = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/assign',
    tags,
    ...summarized('Assign an application to a reviewer', '신청의 담당 심사자 지정'),
    request: { params: idInPath, body: jsonBody(assignment) },
    responses: { 200: jsonAnswer(described('The application', '신청'), applicationSummary) },
  },
)

const addNote = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/applications/{id}/notes',
    tags,
    ...summarized('Add an internal note to an application', '신청에 내부 메모 추가'),
    request: { params: idInPath, body: jsonBody(note) },
    responses: { 201: jsonAnswer(described('The note', '메모'), reviewNote) },
  },
)

/** Routes by which reviewers share the work: who takes care of an application, and what they noted about it. */
export function cooperationRoutes() {
  const routes = apiRoutes()

  routes.openapi(listReviewers, async (c) => {
    const rows = await c.get('services').access.reviewers.list()
    const data = rows.map(({ id, name, seenAt }) => ({
      id,
      name,
      seen_at: time(seenAt),
      you: id === c.get('operator'),
    }))
    return c.json({ object: 'list' as const, data, has_more: false }, 200)
  })

  routes.openapi(assign, async (c) => {
    const { reviewer, shown } = c.req.valid('json')
    const { reviewers } = c.get('services').access
    const wish = { reviewer: reviewer === null ? null : toOperatorId(c, reviewer), shown }
    const application = await reviewers.assign(c.req.valid('param').id, wish, getOperator(c))
    return c.json(await summarizeApplication(c, application), 200)
  })

  routes.openapi(addNote, async (c) => {
    const { reviewNotes } = c.get('services').access
    const { text } = c.req.valid('json')
    return c.json(noteView(await reviewNotes.add(c.req.valid('param').id, text, getOperator(c))), 201)
  })

  return routes
}
