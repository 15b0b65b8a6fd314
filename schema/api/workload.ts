import { z } from 'zod'
import { described } from './described.ts'

/** `GET /admin/v1/workload`. */
export const workloadView = z
  .object({
    object: z.literal('workload'),
    runs_waiting: z
      .int()
      .meta(
        described(
          'Judgments and completions that wait because their plan runs no more at once',
          '요금제의 동시 실행 한도 때문에 대기 중인 판정과 채팅 요청',
        ),
      ),
    jobs_running: z.int().meta(described('Evaluations and batches that run', '진행 중인 평가와 배치')),
    items_pending: z
      .int()
      .meta(
        described(
          'Their judgments and requests that are not made yet, at most ten seconds old',
          '그중 아직 처리하지 않은 판정과 요청. 최대 10초 전 값입니다',
        ),
      ),
  })
  .meta({ id: 'Workload' })
