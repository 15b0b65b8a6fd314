/**
 * Why a job stands still. `weights_changed` waits for somebody to resume or cancel it; after the others a job
 * goes on by itself.
 */
export const pauseReasons = [
  'tenant_suspended',
  'tenant_deleted',
  'scope_withdrawn',
  'model_withdrawn',
  'weights_changed',
] as const
export type PauseReason = (typeof pauseReasons)[number]
