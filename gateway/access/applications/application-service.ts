import { desc, eq } from 'drizzle-orm'
import type { ConsentKind, FormValues, Language } from '../../../schema/api/application.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { type ApplicationRow, applications, consents, mails } from '../../../schema/db/control.ts'
import { hex, sha256Hex } from '../../../schema/judge/sha256.ts'
import type { AttemptLimiter } from '../../auth/attempt-limiter.ts'
import { newId, statusToken } from '../../auth/token.ts'
import { normalizeCompany, normalizeEmail, toMailbox } from '../../mail/email-address.ts'
import type { MailQueue } from '../../mail/mail-queue.ts'
import type { RandomBytes } from '../../platform/base62.ts'
import { type ControlDatabase, commit, type Write } from '../../platform/control-database.ts'
import type { KeyedHash } from '../../vault/keyed-hash.ts'
import { type ApplicationStore, noSuchApplication, type Person, type Request } from './application-store.ts'
import { mailsToOneMailbox } from './attempt-limits.ts'
import type { Consents } from './consents.ts'
import { splitForm } from './form/split-form.ts'
import { linkNotValid, type OneTimeTokens } from './one-time-tokens.ts'
import { isOpen } from './states.ts'

export interface Submission {
  values: FormValues
  language: Language
  granted: Partial<Record<ConsentKind, boolean>>
}

export interface Changes {
  values: FormValues
  language?: Language
  answer?: string
  news?: boolean
}

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tokens: OneTimeTokens
  mailQueue: MailQueue
  hash: KeyedHash
  limiter: AttemptLimiter
  consents: Consents
  now: () => number
  random: RandomBytes
}

/** The acts of an applicant: apply, verify the address, change, answer. */
export class ApplicationService {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Stores an application and queues the mail that verifies its address. The answer is the same whether or
   * not the address has applied before: only a reviewer sees duplicates.
   */
  async submit({ values, language, granted }: Submission): Promise<{ id: string; statusToken: string }> {
    const { database, now, random } = this.#parts
    const id = newId('app', random)
    const token = statusToken(random)
    const { person, form } = splitForm(values)
    const at = now()
    await commit(database, [
      database.insert(applications).values({
        id,
        status: 'submitted',
        revision: 0,
        language,
        purpose: values.purpose ?? null,
        affiliation: values.affiliation ?? null,
        ...(await this.#hashes(person)),
        statusTokenHash: await sha256Hex(token),
        submittedAt: at,
        changedAt: at,
      }),
      database.insert(consents).values(await this.#parts.consents.rows(id, language, granted)),
      ...(await this.#parts.applications.seal(id, 'person', person)),
      ...(await this.#parts.applications.seal(id, 'request', { form, messages: [] })),
      ...(await this.#verificationMail(id, person)),
    ])
    return { id, statusToken: token }
  }

  /** The application that a status token opens. A wrong id and a wrong token get the same answer. */
  async authenticate(id: string, token: string): Promise<ApplicationRow> {
    const [application, given] = await Promise.all([this.#parts.applications.find(id), sha256Hex(token)])
    if (application === undefined || application.statusTokenHash !== given) throw noSuchApplication()
    return application
  }

  /** Follows the link in the verification mail. */
  async verify(token: string): Promise<ApplicationRow> {
    const { applications, tokens } = this.#parts
    const id = await tokens.findApplicationId(token, 'verify')
    const application = await applications.get(id)
    if (application.status !== 'submitted') throw linkNotValid()
    await applications.commit([
      ...applications.step(application, 'verify', { actor: 'applicant' }),
      tokens.revoke(id, 'verify'),
    ])
    return applications.get(id)
  }

  /** Changes fields while the application is open; a new address has to be verified again. */
  async change(application: ApplicationRow, changes: Changes): Promise<ApplicationRow> {
    const { applications } = this.#parts
    const { person, request } = await this.#opened(application)
    const { person: newPerson, form } = splitForm(changes.values)
    const nextPerson = { ...person, ...newPerson }
    const nextRequest: Request = { ...request, form: { ...request.form, ...form } }
    if (changes.answer !== undefined) {
      nextRequest.messages = [
        ...request.messages,
        { from: 'applicant', text: changes.answer, at: this.#parts.now() },
      ]
    }
    const newAddress =
      newPerson.email !== undefined && normalizeEmail(newPerson.email) !== normalizeEmail(person.email ?? '')
    const event = newAddress ? 'change_email' : changes.answer === undefined ? 'edit' : 'answer'
    const writes: Write[] = applications.step(application, event, {
      actor: 'applicant',
      changes: {
        ...(await this.#hashes(nextPerson)),
        ...(form.purpose && { purpose: form.purpose }),
        ...(form.affiliation && { affiliation: form.affiliation }),
        ...(changes.language && { language: changes.language }),
      },
    })
    writes.push(...(await applications.seal(application.id, 'person', nextPerson)))
    writes.push(...(await applications.seal(application.id, 'request', nextRequest)))
    if (newAddress) {
      writes.push(this.#parts.tokens.revoke(application.id, 'verify'))
      writes.push(...(await this.#verificationMail(application.id, nextPerson)))
    }
    await applications.commit(writes)
    return applications.get(application.id)
  }

  /** The values as they would be after the changes, to check them against what the form asks for. */
  async valuesWith(application: ApplicationRow, values: FormValues): Promise<FormValues> {
    const { person, request } = await this.#opened(application)
    return { ...person, ...request.form, ...values }
  }

  /** Sends the verification mail again, within the bound of the mailbox. */
  async resendVerification(application: ApplicationRow): Promise<void> {
    if (application.status !== 'submitted') {
      throw new FailureError({
        code: 'conflict',
        ...reason('email_verified'),
        source: 'gateway',
      })
    }
    const { person } = await this.#opened(application)
    await commit(this.#parts.database, await this.#verificationMail(application.id, person))
  }

  latestMail(id: string) {
    return this.#parts.database
      .select()
      .from(mails)
      .where(eq(mails.applicationId, id))
      .orderBy(desc(mails.createdAt), desc(mails.id))
      .get()
  }

  async #opened(application: ApplicationRow): Promise<{ person: Person; request: Request }> {
    const [person, request] = await Promise.all([
      this.#parts.applications.open(application.id, 'person'),
      this.#parts.applications.open(application.id, 'request'),
    ])
    if (!isOpen(application.status) || person === undefined || request === undefined) {
      throw new FailureError({
        code: 'conflict',
        ...reason('application_closed', { status: application.status }),
        source: 'gateway',
      })
    }
    return { person, request }
  }

  async #hashes(person: Person): Promise<{ emailHash: string | null; companyHash: string | null }> {
    const { hash } = this.#parts
    const [emailHash, companyHash] = await Promise.all([
      person.email === undefined ? null : hash.digest('email', toMailbox(person.email)).then(hex),
      person.company === undefined
        ? null
        : hash.digest('company', normalizeCompany(person.company)).then(hex),
    ])
    return { emailHash, companyHash }
  }

  async #verificationMail(id: string, person: Person): Promise<Write[]> {
    const room = await this.#parts.limiter.count(mailsToOneMailbox, toMailbox(person.email ?? ''))
    return [this.#parts.mailQueue.queue(id, 'verify', { held: !room })]
  }
}
