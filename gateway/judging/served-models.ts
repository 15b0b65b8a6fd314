import { type Failure, FailureError, reason } from '../../schema/api/errors.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import type { GatewayContext } from '../http/context.ts'
import type { ServedModel } from '../nodes/served-model.ts'

/**
 * The nodes that serve a model the caller may use; a failure that names what there is otherwise. The log names models
 * only: what else a client wrote in their place may be anything.
 */
export async function candidatesFor(c: GatewayContext, model: string): Promise<ServedModel[]> {
  const { models } = c.get('services')
  const candidates = await models.find(model)
  if (candidates.length > 0 && mayUse(c, model)) {
    c.get('logFields').model = model
    return candidates
  }
  throw new FailureError(noCandidate(model, await models.list(), c.get('identity').limits.models))
}

/** Refuses a model that the caller may not use, whether a node serves it at the moment or not. */
export async function requireModel(c: GatewayContext, model: string): Promise<void> {
  if (mayUse(c, model)) return
  const served = await c.get('services').models.list()
  throw new FailureError(noCandidate(model, served, c.get('identity').limits.models))
}

function mayUse(c: GatewayContext, model: string): boolean {
  const allowed = c.get('identity').limits.models
  return allowed === null || allowed.includes(model)
}

function noCandidate(model: string, served: ServedModel[], allowed: readonly string[] | null): Failure {
  if (served.length === 0) {
    return {
      code: 'no_node_available',
      ...reason('no_node_answers'),
      source: 'gateway',
      retryAfter: 5,
    }
  }
  const names = [...new Set(served.map(({ id }) => id))].filter(
    (id) => allowed === null || allowed.includes(id),
  )
  const asked = model.slice(0, 100)
  const error =
    names.length === 0
      ? fieldError('model', 'no_model_served', { model: asked })
      : fieldError('model', 'model_not_served', { model: asked, models: names.join(', ') })
  const { code, params } = error
  return {
    code: 'model_not_found',
    reason: code,
    ...(params && { params }),
    source: 'gateway',
    errors: [error],
  }
}
