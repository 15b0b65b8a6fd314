import { desc, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { applications as applicationsTable, mails } from '../../../schema/db/control.ts'
import type { QueuedMail } from '../../mail/mail-queue.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

/** Facts that a reviewer weighs beside the application itself. */
export interface ReviewContext {
  /** Other applications from the same address or company, newest first. */
  duplicates: { sameEmail: string[]; sameCompany: string[] }
  latestMail: QueuedMail | undefined
}

/** Reads the contexts of a page of applications in three queries, by application id. */
export async function readReviewContexts(
  database: ControlDatabase,
  page: readonly ApplicationRow[],
): Promise<Map<string, ReviewContext>> {
  const { emailHash, companyHash } = applicationsTable
  const [emails, companies, sent] = await Promise.all([
    relatives(
      database,
      emailHash,
      page.map((row) => row.emailHash),
    ),
    relatives(
      database,
      companyHash,
      page.map((row) => row.companyHash),
    ),
    database
      .select()
      .from(mails)
      .where(
        among(
          mails.applicationId,
          page.map(({ id }) => id),
        ),
      )
      .orderBy(desc(mails.createdAt), desc(mails.id)),
  ])
  const others = (ids: Map<string, string[]>, hash: string | null, own: string) =>
    (hash === null ? [] : (ids.get(hash) ?? [])).filter((id) => id !== own).slice(0, 20)
  return new Map(
    page.map((row) => [
      row.id,
      {
        duplicates: {
          sameEmail: others(emails, row.emailHash, row.id),
          sameCompany: others(companies, row.companyHash, row.id),
        },
        latestMail: sent.find(({ applicationId }) => applicationId === row.id),
      },
    ]),
  )
}

/** The ids of all applications with one of the hashes, by hash. */
async function relatives(
  database: ControlDatabase,
  column: typeof applicationsTable.emailHash | typeof applicationsTable.companyHash,
  hashes: (string | null)[],
): Promise<Map<string, string[]>> {
  const rows = await database
    .select({ hash: column, id: applicationsTable.id })
    .from(applicationsTable)
    .where(among(column, hashes))
    .orderBy(desc(applicationsTable.submittedAt))
    .limit(2000)
  const ids = new Map<string, string[]>()
  for (const { hash, id } of rows) ids.set(hash!, [...(ids.get(hash!) ?? []), id])
  return ids
}

/** `in` with one parameter however many values: D1 allows a hundred parameters to a query. */
const among = (column: SQLiteColumn, values: (string | null)[]): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify(values.filter((value) => value !== null))}))`
