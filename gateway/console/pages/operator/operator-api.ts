import type { z } from 'zod'
import type * as wire from '../../../../schema/api/access.ts'
import type { rollupList } from '../../../../schema/api/usage.ts'
import type { PublicApi } from '../../api.ts'
import { signedIn } from '../../signed-in.ts'
import type { ConsoleContext } from '../../view.ts'

/** What the operator's part of the API answers, by name. */
export type ApplicationSummary = z.infer<typeof wire.applicationSummary>
export type ApplicationDetail = z.infer<typeof wire.applicationDetail>
export type Revealed = z.infer<typeof wire.revealed>
export type Plan = z.infer<typeof wire.plan>
export type Tenant = z.infer<typeof wire.tenant>
export type Key = z.infer<typeof wire.key>
export type AuditRow = z.infer<typeof wire.auditRow>
export type Rollup = z.infer<typeof rollupList>['data'][number]

export const asOperator = (api: PublicApi, c: ConsoleContext) => signedIn(api, 'operator')(c)
