import { type Failure, FailureError, reason } from '../../schema/api/errors.ts'

/** A setting of the operator that is an object of JSON; empty where it is not set. */
export function operatorSetting(name: string, configured: string | undefined): Record<string, unknown> {
  if (configured === undefined || configured.trim() === '') return {}
  try {
    return JSON.parse(configured) as Record<string, unknown>
  } catch {
    throw notConfigured(reason('setting_not_json', { setting: name }))
  }
}

/** A setting of the operator that cannot be used. */
export const notConfigured = (why: Pick<Failure, 'reason' | 'params'>) =>
  new FailureError({ code: 'not_configured', ...why, source: 'gateway' })
