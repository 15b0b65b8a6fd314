import { and, asc, eq, inArray, isNotNull } from 'drizzle-orm'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { applications, sealedRecords } from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import type { Operator } from '../../auth/operator.ts'
import { newId } from '../../auth/token.ts'
import type { RandomBytes } from '../../platform/base62.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import type { Vault } from '../../vault/vault.ts'
import type { ApplicationStore } from '../applications/application-store.ts'
import type { Reviewers } from './reviewers.ts'

/** An internal note on an application. */
export interface ReviewNote {
  id: string
  /** The author's name at the time. */
  author: string
  text: string
  at: number
}

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  reviewers: Reviewers
  vault: Vault
  audit: AuditLog
  now: () => number
  random: RandomBytes
}

const maxNotes = 100

/**
 * The reviewers' notes on applications. Notes may be about a person, so each is sealed like the applicant's own words
 * and is destroyed with them. No route of the applicant reads them.
 */
export class ReviewNotes {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The notes on an application, oldest first. */
  async list(applicationId: string): Promise<ReviewNote[]> {
    const { database, vault } = this.#parts
    const rows = await database
      .select()
      .from(sealedRecords)
      .where(and(eq(sealedRecords.applicationId, applicationId), eq(sealedRecords.kind, 'note')))
      .orderBy(asc(sealedRecords.sealedAt), asc(sealedRecords.id))
      .limit(maxNotes)
    return Promise.all(rows.map(async (row) => (await vault.open(row)) as ReviewNote))
  }

  /** Adds a note. The audit log records that there is one, not its text. */
  async add(applicationId: string, text: string, operator: Operator): Promise<ReviewNote> {
    const { database, applications: store, reviewers, vault, audit, now, random } = this.#parts
    const application = await store.get(applicationId)
    if (application.status === 'submitted') throw conflict(reason('email_unverified'))
    if (application.dataDestroyedAt !== null) throw conflict(reason('personal_data_destroyed'))
    if ((await this.list(applicationId)).length >= maxNotes) {
      throw conflict(reason('too_many_notes', { maximum: maxNotes }))
    }
    const note = { id: newId('note', random), author: operator.name, text, at: now() }
    const record = await vault.seal(applicationId, 'note', note, note.at, note.id)
    await audit.commit(
      { actor: operator.id, action: 'application.note', subject: applicationId, detail: { note: note.id } },
      [
        reviewers.record(operator),
        database.insert(sealedRecords).values(record),
        // a note that is added while the data is destroyed is destroyed with it
        database
          .delete(sealedRecords)
          .where(
            and(
              eq(sealedRecords.id, record.id),
              inArray(
                sealedRecords.applicationId,
                database
                  .select({ id: applications.id })
                  .from(applications)
                  .where(isNotNull(applications.dataDestroyedAt)),
              ),
            ),
          ),
      ],
    )
    return note
  }
}

const conflict = (why: ReturnType<typeof reason>) =>
  new FailureError({ code: 'conflict', ...why, source: 'gateway' })
