import { described, summarized } from '../../schema/api/described.ts'
import { workloadView } from '../../schema/api/workload.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { jsonAnswer } from '../http/route-parts.ts'
import { sharedWorkloads } from './workloads.ts'

const workload = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/workload',
    tags: ['nodes'],
    ...summarized(
      'Judgments waiting to be made, for the whole service on one machine or for one isolate on Cloudflare',
      '판정 대기량. 단일 서버에서는 서비스 전체, Cloudflare에서는 isolate 하나의 값입니다',
    ),
    responses: { 200: jsonAnswer(described('The workload', '판정 대기량'), workloadView) },
  },
)

/** The depth of the queues, for operators and their monitoring. */
export function workloadRoutes() {
  return apiRoutes().openapi(workload, (c) => {
    const { runsWaiting, jobsRunning, itemsPending } = sharedWorkloads.sum()
    const counts = { runs_waiting: runsWaiting, jobs_running: jobsRunning, items_pending: itemsPending }
    return c.json({ object: 'workload' as const, ...counts }, 200)
  })
}
