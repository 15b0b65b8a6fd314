import { reason } from '../../../schema/api/errors.ts'
import { notConfigured, operatorSetting } from '../operator-setting.ts'

/** Retention periods in days, after which data is destroyed automatically. */
const defaults = {
  /** An application whose address was never verified is destroyed. */
  unverified: 7,
  /** A question that was never answered ends the application. */
  unanswered: 30,
  /** A key that was never claimed ends the application. */
  unclaimed: 30,
  /** The data of a rejected application is destroyed. */
  rejected: 30,
  /** A tenant without any use for this long is deleted. */
  inactive: 365,
  /** A tenant whose access ended is deleted. */
  ended: 30,
}

export type RetentionPeriods = Readonly<Record<keyof typeof defaults, number>>

/** The periods with the operator's changes, for example `{"rejected": 14}`. */
export function retentionPeriods(configured: string | undefined): RetentionPeriods {
  const changes = operatorSetting('RETENTION', configured)
  for (const [name, days] of Object.entries(changes)) {
    if (!(name in defaults) || !Number.isInteger(days) || (days as number) < 1 || (days as number) > 3650) {
      throw notConfigured(reason('retention_days', { name }))
    }
  }
  return { ...defaults, ...(changes as Partial<RetentionPeriods>) }
}
