import type { NodeView } from '../../../../schema/api/nodes.ts'

/** A node that does not answer, says that it is failing, rests after failures, or failed its fidelity check. */
export const isTroubled = ({ health, breaker }: NodeView): boolean =>
  breaker !== null || health?.state === 'down' || health?.report?.status === 'failing'
