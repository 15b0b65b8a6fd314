/**
 * Reasons why a job is paused. `weights_changed` needs `resume` or `cancel`; after the others a job
 * continues automatically.
 */
export const pauseReasons = [
  'tenant_suspended',
  'tenant_deleted',
  'scope_withdrawn',
  'model_withdrawn',
  'weights_changed',
] as const
export type PauseReason = (typeof pauseReasons)[number]
