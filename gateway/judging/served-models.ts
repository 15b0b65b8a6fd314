import { type Failure, FailureError } from '../../schema/api/errors.ts'
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
export async function demandModel(c: GatewayContext, model: string): Promise<void> {
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
      detail: 'No node answers at the moment.',
      source: 'gateway',
      retryAfter: 5,
    }
  }
  const names = [...new Set(served.map(({ id }) => id))].filter(
    (id) => allowed === null || allowed.includes(id),
  )
  const detail = `"${model.slice(0, 100)}" is not served. Models you can ask for: ${names.join(', ') || 'none'}.`
  return { code: 'model_not_found', detail, source: 'gateway', errors: [{ field: 'model', message: detail }] }
}
