import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'
import type { FormValues } from '../../../schema/api/application.ts'
import type { ApplicationStatus } from '../../../schema/api/application-status.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import {
  type ApplicationRow,
  applications,
  applicationTransitions,
  oneTimeTokens,
  sealedRecords,
} from '../../../schema/db/control.ts'
import { type ControlDatabase, commit, isDuplicate, type Write } from '../../platform/control-database.ts'
import type { Vault } from '../../vault/vault.ts'
import { type Event, nextStatus, steps, waitingFor } from './states.ts'

export type TransitionRow = typeof applicationTransitions.$inferSelect

/** The sealed personal fields. */
export type Person = Pick<
  FormValues,
  'name' | 'date_of_birth' | 'over_14' | 'company' | 'department' | 'position' | 'email' | 'phone'
>

/** The sealed request, with the messages between reviewer and applicant. */
export interface Request {
  form: Omit<FormValues, keyof Person>
  messages: { from: 'reviewer' | 'applicant'; text: string; at: number }[]
  rejection?: { message: string; mayReapply: boolean }
}

interface Records {
  person: Person
  request: Request
}

/** Filter of the reviewer's list of applications. */
export interface ApplicationFilter {
  statuses: readonly ApplicationStatus[]
  /** Null for those that are assigned to nobody. */
  assignee?: string | null
  /** Only those whose current wait began by then. */
  changedBefore?: number
}

export interface StepOptions {
  actor: string
  /** A code or a reviewer's note, kept in the log; never the applicant's words. */
  reason?: string
  changes?: Partial<typeof applications.$inferInsert>
}

/** The applications as they are stored: reading them, and preparing their steps. */
export class ApplicationStore {
  readonly #database: ControlDatabase
  readonly #vault: Vault
  readonly #now: () => number

  constructor(database: ControlDatabase, vault: Vault, now: () => number) {
    this.#database = database
    this.#vault = vault
    this.#now = now
  }

  async find(id: string): Promise<ApplicationRow | undefined> {
    return this.#database.select().from(applications).where(eq(applications.id, id)).get()
  }

  async get(id: string): Promise<ApplicationRow> {
    const application = await this.find(id)
    if (application === undefined) throw noSuchApplication()
    return application
  }

  history(id: string): Promise<TransitionRow[]> {
    return this.#database
      .select()
      .from(applicationTransitions)
      .where(eq(applicationTransitions.applicationId, id))
      .orderBy(applicationTransitions.revision)
  }

  /** Opens a sealed record; undefined once it was destroyed. */
  async open<K extends keyof Records>(id: string, kind: K): Promise<Records[K] | undefined> {
    const row = await this.#database
      .select()
      .from(sealedRecords)
      .where(eq(sealedRecords.id, `${id}.${kind}`))
      .get()
    return row && ((await this.#vault.open(row)) as Records[K])
  }

  /** The write that seals a record anew, under a new key; in a list, because awaiting a bare query runs it. */
  async seal<K extends keyof Records>(id: string, kind: K, value: Records[K]): Promise<Write[]> {
    const record = await this.#vault.seal(id, kind, value, this.#now())
    const { masterKeyId, wrappedKey, ciphertext, sealedAt } = record
    const set = { masterKeyId, wrappedKey, ciphertext, sealedAt }
    const insert = this.#database.insert(sealedRecords).values(record)
    return [insert.onConflictDoUpdate({ target: sealedRecords.id, set })]
  }

  /** The writes of one step of the state machine; refuses what the machine does not know. */
  step(application: ApplicationRow, event: Event, { actor, reason, changes }: StepOptions): Write[] {
    const to = nextStatus(application.status, event)
    if (to === null) throw impossible(application.status, event)
    const revision = application.revision + 1
    const at = this.#now()
    // A reviewer's look does not make the applicant's waiting shorter.
    const sameTurn = waitingFor(to) !== null && waitingFor(to) === waitingFor(application.status)
    return [
      this.#database.insert(applicationTransitions).values({
        applicationId: application.id,
        revision,
        event,
        fromStatus: application.status,
        toStatus: to,
        actor,
        reason: reason ?? null,
        at,
      }),
      this.#database
        .update(applications)
        .set({ ...changes, status: to, revision, ...(!sameTurn && { changedAt: at }) })
        .where(eq(applications.id, application.id)),
    ]
  }

  /** Runs a step's transaction. Of two that start from the same revision, the second fails with a conflict. */
  async commit(writes: Write[], through: (writes: Write[]) => Promise<void> = this.#plainly): Promise<void> {
    try {
      await through(writes)
    } catch (error) {
      if (isDuplicate(error, 'application_transitions')) throw overtaken()
      throw error
    }
  }

  /**
   * The writes that destroy what is personal about an application. The bytes of the record keys are
   * overwritten before the rows go, so that not even a freed page of the file still holds them.
   */
  destroy(id: string): Write[] {
    const ofApplication = eq(sealedRecords.applicationId, id)
    return [
      this.#database
        .update(sealedRecords)
        .set({
          wrappedKey: sql`zeroblob(length(${sealedRecords.wrappedKey}))`,
          ciphertext: sql`zeroblob(length(${sealedRecords.ciphertext}))`,
        })
        .where(ofApplication),
      this.#database.delete(sealedRecords).where(ofApplication),
      this.#database.delete(oneTimeTokens).where(eq(oneTimeTokens.applicationId, id)),
      this.#database
        .update(applications)
        .set({ emailHash: null, companyHash: null, dataDestroyedAt: this.#now() })
        .where(eq(applications.id, id)),
    ]
  }

  /** A page of applications, the longest waiting first. */
  async list(filter: ApplicationFilter, limit: number, offset: number): Promise<ApplicationRow[]> {
    const { statuses, assignee, changedBefore } = filter
    return this.#database
      .select()
      .from(applications)
      .where(
        and(
          inArray(applications.status, [...statuses]),
          assignee === undefined
            ? undefined
            : assignee === null
              ? isNull(applications.assignee)
              : eq(applications.assignee, assignee),
          changedBefore === undefined ? undefined : lte(applications.changedAt, changedBefore),
        ),
      )
      .orderBy(applications.changedAt, applications.id)
      .limit(limit)
      .offset(offset)
  }

  readonly #plainly = (writes: Write[]) => commit(this.#database, writes)
}

export const noSuchApplication = () =>
  new FailureError({ code: 'not_found', ...reason('no_application'), source: 'gateway' })

const overtaken = () =>
  new FailureError({
    code: 'conflict',
    ...reason('application_changed'),
    source: 'gateway',
  })

function impossible(status: ApplicationStatus, event: Event): FailureError {
  const isUnverified = status === 'submitted' && steps[event].by === 'reviewer'
  return new FailureError({
    code: 'conflict',
    ...reason(isUnverified ? 'application_unverified' : 'application_step', { status, event }),
    source: 'gateway',
  })
}
