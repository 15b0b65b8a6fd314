import { z } from 'zod'
import { described } from './described.ts'

/** A node's report of the weights of a model. */
export const servedWeights = {
  weights_digest: z
    .string()
    .nullable()
    .meta(
      described(
        'SHA-256 of the weights; null where the node does not tell',
        '가중치의 SHA-256. 노드가 알려 주지 않으면 null',
      ),
    ),
  precision: z
    .string()
    .nullable()
    .meta(
      described(
        'Of the weights, such as `int4`; null where the node does not tell',
        '가중치의 정밀도. 예: `int4`. 노드가 알려 주지 않으면 null',
      ),
    ),
  provider: z
    .string()
    .nullable()
    .meta(
      described(
        'What computed it, such as `cpu` or `cuda`; null where the node does not tell',
        '계산한 장치. 예: `cpu`, `cuda`. 노드가 알려 주지 않으면 null',
      ),
    ),
}
