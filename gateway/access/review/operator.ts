import type { Operator } from '../../auth/operator.ts'
import type { GatewayContext } from '../../http/context.ts'

/** The operator who asks. */
export const getOperator = (c: GatewayContext): Operator => ({
  id: c.get('operator'),
  name: c.get('operatorName'),
})

/** The id that a request means: `me` is the operator who asks. */
export const toOperatorId = (c: GatewayContext, given: string): string =>
  given === 'me' ? c.get('operator') : given
