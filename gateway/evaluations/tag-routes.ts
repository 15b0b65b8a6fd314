import { described, summarized } from '../../schema/api/described.ts'
import { FailureError, invalidRequest } from '../../schema/api/errors.ts'
import {
  evaluationChange,
  evaluationHistory,
  historyQuery,
  tagList,
} from '../../schema/api/evaluation-tags.ts'
import { evaluationSchema } from '../../schema/api/evaluations.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { idInPath, jsonAnswer, jsonBody } from '../http/route-parts.ts'
import { evaluationView } from './evaluation-view.ts'
import { noSuchEvaluation } from './find-evaluation.ts'
import { tenantEvaluations } from './tenant-evaluations.ts'

const change = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: 16_384 },
  {
    method: 'patch',
    path: '/v1/evaluations/{id}',
    ...summarized(
      'Rename an evaluation, tag it, or make it the baseline of a tag',
      '평가의 이름과 태그 변경, 태그의 기준으로 지정',
    ),
    request: { params: idInPath, body: jsonBody(evaluationChange) },
    responses: { 200: jsonAnswer(described('The evaluation', '평가'), evaluationSchema) },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/tags',
    ...summarized('List the tags of evaluations', '평가에 쓰인 태그 목록'),
    responses: { 200: jsonAnswer(described('The tags in alphabetical order', '태그(이름순)'), tagList) },
  },
)

const history = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/history',
    ...summarized(
      'Scores of the runs of a tag or dataset over time, and what changed between them',
      '태그나 데이터셋이 같은 실행의 점수 추이와 실행 사이에 달라진 점',
    ),
    request: { query: historyQuery },
    responses: { 200: jsonAnswer(described('The history', '추이'), evaluationHistory) },
  },
)

/** Names, tags and baselines of evaluations, and the history of runs. */
export function tagRoutes() {
  return apiRoutes()
    .openapi(list, async (c) => {
      const data = await tenantEvaluations(c.get('tenant')).tags()
      return c.json({ object: 'list' as const, data }, 200)
    })
    .openapi(history, async (c) => {
      return c.json(await tenantEvaluations(c.get('tenant')).history(c.req.valid('query')), 200)
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param')
      const changed = await tenantEvaluations(c.get('tenant')).change(id, c.req.valid('json'))
      if (changed === null) return noSuchEvaluation()
      if ('wrong' in changed) throw new FailureError(invalidRequest([changed.wrong]))
      return c.json(evaluationView(changed.evaluation, Date.now()), 200)
    })
}
