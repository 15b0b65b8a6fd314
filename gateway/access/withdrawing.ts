import { eq } from 'drizzle-orm'
import { mails } from '../../schema/db/control.ts'
import type { ControlDatabase } from '../control-database.ts'
import type { ApplicationRow, Applications } from './applications.ts'
import type { Tenants } from './tenants.ts'

interface Parts {
  database: ControlDatabase
  applications: Applications
  tenants: Tenants
}

/** Withdrawal: the data goes in the same transaction as the step, and the tenant with it where there is one. */
export class Withdrawing {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async withdraw(application: ApplicationRow): Promise<ApplicationRow> {
    const { database, applications, tenants } = this.#parts
    const { tenantId } = application
    await applications.commit([
      ...applications.step(application, 'withdraw', { actor: 'applicant' }),
      ...applications.destroy(application.id),
      database.delete(mails).where(eq(mails.applicationId, application.id)),
      ...(tenantId === null ? [] : tenants.beginDeletion(tenantId)),
    ])
    if (tenantId !== null) await tenants.delete(tenantId, 'applicant')
    return applications.get(application.id)
  }
}
