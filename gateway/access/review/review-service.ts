import type { rejectionCodes } from '../../../schema/api/access.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import type { AuditEntry, AuditLog } from '../../audit-log/audit-log.ts'
import { expiryPassed } from '../../auth/key-failures.ts'
import type { Operator } from '../../auth/operator.ts'
import type { MailQueue } from '../../mail/mail-queue.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import type { ApplicationStore, Person, Request } from '../applications/application-store.ts'
import { type Event, nextStatus } from '../applications/states.ts'
import type { Grant, Tenants } from '../tenants/tenants.ts'
import { type ReviewContext, readReviewContexts } from './review-context.ts'
import type { Reviewers } from './reviewers.ts'

/** The period of access where the reviewer names no other. */
const year = 365 * 86_400_000

/** An application at the revision that the reviewer saw. */
export interface ShownApplication {
  id: string
  revision: number
}

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tenants: Tenants
  reviewers: Reviewers
  audit: AuditLog
  mailQueue: MailQueue
  now: () => number
}

/** The acts of a reviewer. Every step is committed together with its row in the audit log. */
export class ReviewService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Opens an application for review. The first look takes it up, so that the applicant sees it move. */
  async show(
    id: string,
    operator: Operator,
  ): Promise<{ application: ApplicationRow; request: Request | undefined }> {
    const { applications } = this.#parts
    const application = await applications.get(id)
    if (application.status === 'verified') await this.#takeUp(application, operator)
    else await this.#recordLook(id, operator)
    return {
      application: await applications.get(id),
      request: isConfirmed(application) ? await applications.open(id, 'request') : undefined,
    }
  }

  /** Shows who applies. The reason is required and logged before the data is opened. */
  async reveal(id: string, purpose: string, actor: string): Promise<{ person: Person; revision: number }> {
    const { applications, audit } = this.#parts
    const application = await applications.get(id)
    if (!isConfirmed(application)) {
      throw new FailureError({
        code: 'conflict',
        ...reason('email_unverified'),
        source: 'gateway',
      })
    }
    await audit.commit({ actor, action: 'application.reveal', subject: id, detail: { reason: purpose } }, [])
    const person = await applications.open(id, 'person')
    if (person === undefined) {
      throw new FailureError({
        code: 'conflict',
        ...reason('personal_data_destroyed'),
        source: 'gateway',
      })
    }
    return { person, revision: application.revision }
  }

  /** Approves: creates the tenant, and queues the mail with the applicant's link to the key. */
  async approve(shown: ShownApplication, wish: Partial<Grant>, actor: string): Promise<ApplicationRow> {
    const { applications, tenants, mailQueue, now } = this.#parts
    const { id } = shown
    const application = await this.#getAsShown(shown, 'approve')
    const grant: Grant = {
      plan: defaultPlan(application),
      expiresAt: now() + year,
      ...wish,
    }
    if ((grant.expiresAt ?? Infinity) <= now()) throw expiryPassed()
    const tenant = await tenants.prepare(id, grant)
    const step = applications.step(application, 'approve', { actor, changes: { tenantId: tenant.id } })
    await this.#decide(
      { actor, action: 'application.approve', subject: id, detail: { tenant: tenant.id, plan: grant.plan } },
      [...step, tenant.write, mailQueue.queue(id, 'approved')],
    )
    return applications.get(id)
  }

  async reject(
    shown: ShownApplication,
    decision: { code: (typeof rejectionCodes)[number]; message: string; mayReapply: boolean },
    actor: string,
  ): Promise<ApplicationRow> {
    const { applications, mailQueue } = this.#parts
    const { code, message, mayReapply } = decision
    const { id } = shown
    const application = await this.#getAsShown(shown, 'reject')
    const step = applications.step(application, 'reject', {
      actor,
      reason: code,
      changes: { rejectionCode: code },
    })
    const request = await this.#request(id)
    await this.#decide({ actor, action: 'application.reject', subject: id, detail: { code } }, [
      ...step,
      ...(await applications.seal(id, 'request', { ...request, rejection: { message, mayReapply } })),
      mailQueue.queue(id, 'rejected'),
    ])
    return applications.get(id)
  }

  async requestInfo(shown: ShownApplication, question: string, actor: string): Promise<ApplicationRow> {
    const { applications, mailQueue, now } = this.#parts
    const { id } = shown
    const application = await this.#getAsShown(shown, 'request_info')
    const step = applications.step(application, 'request_info', { actor })
    const request = await this.#request(id)
    const messages: Request['messages'] = [
      ...request.messages,
      { from: 'reviewer', text: question, at: now() },
    ]
    await this.#decide({ actor, action: 'application.request-info', subject: id }, [
      ...step,
      ...(await applications.seal(id, 'request', { ...request, messages })),
      mailQueue.queue(id, 'info_requested'),
    ])
    return applications.get(id)
  }

  reviewContexts(page: readonly ApplicationRow[]): Promise<Map<string, ReviewContext>> {
    return readReviewContexts(this.#parts.database, page)
  }

  /** If two reviewers open it at once, one takes it up and the other's view is recorded as a view. */
  async #takeUp(application: ApplicationRow, operator: Operator): Promise<void> {
    const actor = operator.id
    try {
      await this.#decide({ actor, action: 'application.take-up', subject: application.id }, [
        ...this.#parts.applications.step(application, 'take_up', { actor }),
        this.#parts.reviewers.record(operator),
      ])
    } catch (error) {
      if (!(error instanceof FailureError && error.failure.code === 'conflict')) throw error
      await this.#recordLook(application.id, operator)
    }
  }

  /** The application, where it is still as the reviewer saw it; the step's own number guards what follows. */
  async #getAsShown({ id, revision }: ShownApplication, event: Event): Promise<ApplicationRow> {
    const application = await this.#parts.applications.get(id)
    if (nextStatus(application.status, event) === null || application.revision === revision)
      return application
    throw new FailureError({
      code: 'conflict',
      ...reason('application_revised', { shown: revision, now: application.revision }),
      source: 'gateway',
    })
  }

  #recordLook(id: string, operator: Operator): Promise<void> {
    const { audit, reviewers } = this.#parts
    const entry = { actor: operator.id, action: 'application.show', subject: id }
    return audit.commit(entry, [reviewers.record(operator)])
  }

  async #request(id: string): Promise<Request> {
    return (await this.#parts.applications.open(id, 'request')) ?? { form: {}, messages: [] }
  }

  #decide(entry: AuditEntry, writes: Parameters<AuditLog['commit']>[1]): Promise<void> {
    const { applications, audit } = this.#parts
    return applications.commit(writes, (all) => audit.commit(entry, all))
  }
}

/** The plan that an approval grants where it names none. */
export const defaultPlan = ({ purpose }: Pick<ApplicationRow, 'purpose'>) =>
  purpose === 'commercial' ? 'commercial' : 'research'

/** Returns whether the address is verified; unverified applications are not shown to reviewers. */
const isConfirmed = ({ status }: ApplicationRow) => status !== 'submitted'
