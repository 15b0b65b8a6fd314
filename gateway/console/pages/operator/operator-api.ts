import type { z } from 'zod'
import type * as wire from '../../../../schema/api/access.ts'
import type { auditRow as auditRowSchema } from '../../../../schema/api/audit-log.ts'
import type { createdKey, key as keySchema } from '../../../../schema/api/keys.ts'
import type { plan as planSchema, tenant as tenantSchema } from '../../../../schema/api/tenants.ts'
import type { rollupList } from '../../../../schema/api/usage.ts'
import type { PublicApi } from '../../api.ts'
import { sessionApi } from '../../session-api.ts'
import type { ConsoleContext } from '../../view.ts'

/** Answers of the operator's part of the API, by name. */
export type ApplicationSummary = z.infer<typeof wire.applicationSummary>
export type ApplicationDetail = z.infer<typeof wire.applicationDetail>
export type Revealed = z.infer<typeof wire.revealed>
export type Reviewer = z.infer<typeof wire.reviewer>
export type Plan = z.infer<typeof planSchema>
export type Tenant = z.infer<typeof tenantSchema>
export type Key = z.infer<typeof keySchema>
export type CreatedKey = z.infer<typeof createdKey>
export type AuditRow = z.infer<typeof auditRowSchema>
export type Rollup = z.infer<typeof rollupList>['data'][number]

export const asOperator = (api: PublicApi, c: ConsoleContext) => sessionApi(api, 'operator')(c)
