import { eq } from 'drizzle-orm'
import type { Language } from '../../../schema/api/application.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { apiKeys, tenants } from '../../../schema/db/control.ts'
import type { QueuedMail } from '../../mail/mail-queue.ts'
import type { ComposedMail } from '../../mail/mail-transport.ts'
import {
  type MailTemplate,
  type MailValues,
  mailTemplates,
  newApplicationsMail,
} from '../../mail/templates.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import type { ApplicationStore } from '../applications/application-store.ts'
import type { OneTimeTokens } from '../applications/one-time-tokens.ts'
import { countUnassigned } from '../review/reviewer-notice.ts'

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tokens: OneTimeTokens
  /** The address of the service, which links in mails begin with. */
  publicUrl: string
  /** Address that new applications are announced to. */
  reviewerAddress: string | undefined
}

/**
 * Composes a queued mail: opens the address, issues the link, fills in the template. Null where the application has
 * moved on and the mail has become pointless.
 */
export const composeMail =
  (parts: Parts) =>
  async (mail: QueuedMail): Promise<ComposedMail | null> => {
    if (mail.applicationId === null) return composeForReviewers(parts)
    const application = await parts.applications.find(mail.applicationId)
    const person = await parts.applications.open(mail.applicationId, 'person')
    if (application === undefined || person?.email === undefined) return null
    const template = mail.template as MailTemplate
    const values = await writers[template](parts, application, mail)
    if (values === null) return null
    const { subject, text } = mailTemplates[template][application.language as Language]
    return {
      to: person.email,
      subject,
      text: fill(text, { id: application.id, name: person.name ?? '', ...values }),
    }
  }

/** The notice of new applications: their number and a link. Null once all have been opened. */
async function composeForReviewers(parts: Parts): Promise<ComposedMail | null> {
  const { database, publicUrl, reviewerAddress } = parts
  const count = await countUnassigned(database)
  if (reviewerAddress === undefined || count === 0) return null
  const { subject, text } = newApplicationsMail
  const values = { count: `${count}`, link: `${publicUrl}/operator/applications` }
  return { to: reviewerAddress, subject, text: fill(text, values) }
}

type Writer = (parts: Parts, application: ApplicationRow, mail: QueuedMail) => Promise<MailValues | null>

/** The paths that one-time links are posted to. */
const linkPaths = { verify: 'verifications', claim: 'claims', status: 'status-links' } as const

async function link(
  { publicUrl, tokens }: Parts,
  id: string,
  page: keyof typeof linkPaths,
): Promise<MailValues> {
  const token = await tokens.issue(id, page)
  // The token stands behind the #, which browsers do not send and servers do not log.
  return { link: `${publicUrl}/${page}#${token}`, post: `${publicUrl}/v1/${linkPaths[page]}/${token}` }
}

/** An evaluation that ended: where it is read, and nothing of what was judged. */
const ended: Writer = async ({ publicUrl }, _application, { subjectId }) => ({
  evaluation: subjectId ?? '',
  link: `${publicUrl}/evaluations/${encodeURIComponent(subjectId ?? '')}`,
})

const writers: Record<MailTemplate, Writer> = {
  verify: async (parts, { id, status }) => (status === 'submitted' ? link(parts, id, 'verify') : null),

  status_link: (parts, { id }) => link(parts, id, 'status'),

  approved: async (parts, { id, status }) => (status === 'approved' ? link(parts, id, 'claim') : null),

  info_requested: async (parts, application) => {
    const request = await parts.applications.open(application.id, 'request')
    const question = request?.messages.findLast(({ from }) => from === 'reviewer')
    if (application.status !== 'info_requested' || question === undefined) return null
    return { question: question.text, status: `${parts.publicUrl}/status` }
  },

  rejected: async (parts, application) => {
    const request = await parts.applications.open(application.id, 'request')
    if (application.status !== 'rejected' || request?.rejection === undefined) return null
    return { code: application.rejectionCode ?? '', message: request.rejection.message }
  },

  key_expires: async ({ database }, _application, { subjectId }) => {
    const found = await database
      .select({ key: apiKeys, tenantEnd: tenants.expiresAt })
      .from(apiKeys)
      .innerJoin(tenants, eq(apiKeys.tenantId, tenants.id))
      .where(eq(apiKeys.id, subjectId ?? ''))
      .get()
    const ends = [found?.key.expiresAt, found?.tenantEnd].filter((end) => typeof end === 'number')
    if (found === undefined || found.key.revokedAt !== null || ends.length === 0) return null
    const { start, name } = found.key
    return { key: `${start}… (${name})`, date: new Date(Math.min(...ends)).toISOString().slice(0, 10) }
  },

  evaluation_completed: ended,
  evaluation_failed: ended,
  evaluation_cancelled: ended,
}

const fill = (text: string, values: MailValues) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
