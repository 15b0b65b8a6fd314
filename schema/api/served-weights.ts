import { z } from 'zod'
import { described } from './described.ts'

/** A node's report of the weights of a model. */
export const servedWeights = {
  weights_digest: z
    .string()
    .nullable()
    .meta(
      described(
        'SHA-256 of the weights; null if not reported',
        '가중치의 SHA-256. 노드가 알려 주지 않으면 null',
      ),
    ),
  precision: z
    .string()
    .nullable()
    .meta(
      described(
        'Precision of the weights, such as `int4`; null if not reported',
        '가중치의 정밀도. 예: `int4`. 노드가 알려 주지 않으면 null',
      ),
    ),
  provider: z
    .string()
    .nullable()
    .meta(
      described(
        'Device that ran it, such as `cpu` or `cuda`; null if not reported',
        '실행한 장치. 예: `cpu`, `cuda`. 노드가 알려 주지 않으면 null',
      ),
    ),
}
