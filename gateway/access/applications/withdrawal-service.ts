import { eq } from 'drizzle-orm'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { mails } from '../../../schema/db/control.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import type { TenantDeletion } from '../tenants/tenant-deletion.ts'
import type { ApplicationStore } from './application-store.ts'

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tenantDeletion: TenantDeletion
}

/** Withdrawal: the data goes in the same transaction as the step, and the tenant with it where there is one. */
export class WithdrawalService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async withdraw(application: ApplicationRow): Promise<ApplicationRow> {
    const { database, applications, tenantDeletion } = this.#parts
    const { tenantId } = application
    await applications.commit([
      ...applications.step(application, 'withdraw', { actor: 'applicant' }),
      ...applications.destroy(application.id),
      database.delete(mails).where(eq(mails.applicationId, application.id)),
      ...(tenantId === null ? [] : tenantDeletion.begin(tenantId)),
    ])
    if (tenantId !== null) await tenantDeletion.delete(tenantId, 'applicant')
    return applications.get(application.id)
  }
}
