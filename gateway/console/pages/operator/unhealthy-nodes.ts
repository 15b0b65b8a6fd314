import type { NodeView } from '../../../../schema/api/nodes.ts'

/** A node that does not answer, reports that it is failing, has an open breaker, or serves a model that failed its certificate. */
export const isUnhealthy = ({ health, breaker }: NodeView): boolean =>
  breaker !== null ||
  health?.state === 'down' ||
  health?.report?.status === 'failing' ||
  (health?.report?.models ?? []).some(({ certificate }) => certificate?.state === 'failed')
