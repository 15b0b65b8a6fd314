import { FailureError, reason } from '../../schema/api/errors.ts'
import type { GatewayContext } from '../http/context.ts'
import type { EvaluationRecord } from './evaluation-store.ts'
import { tenantEvaluations } from './tenant-evaluations.ts'

/** An evaluation of the caller's tenant. */
export async function findEvaluation(c: GatewayContext, id: string): Promise<EvaluationRecord> {
  return (await tenantEvaluations(c.get('tenant')).get(id)) ?? noSuchEvaluation()
}

export function noSuchEvaluation(): never {
  throw new FailureError({
    code: 'not_found',
    ...reason('no_evaluation'),
    source: 'gateway',
  })
}
