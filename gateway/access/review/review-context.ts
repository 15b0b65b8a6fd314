import { desc, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { applications as applicationsTable, mails, reviewers } from '../../../schema/db/control.ts'
import type { QueuedMail } from '../../mail/mail-queue.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

/** Facts for the reviewer in addition to the application itself. */
export interface ReviewContext {
  /** Other applications from the same address or company, newest first. */
  duplicates: { sameEmail: string[]; sameCompany: string[] }
  latestMail: QueuedMail | undefined
  /** The assignee's name; the id where the reviewer is no longer known. */
  assigneeName: string | null
}

/** Reads the contexts of a page of applications in four queries, by application id. */
export async function readReviewContexts(
  database: ControlDatabase,
  page: readonly ApplicationRow[],
): Promise<Map<string, ReviewContext>> {
  const { emailHash, companyHash } = applicationsTable
  const [emails, companies, sent, known] = await Promise.all([
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
    database
      .select()
      .from(reviewers)
      .where(
        among(
          reviewers.id,
          page.map(({ assignee }) => assignee),
        ),
      ),
  ])
  const names = new Map(known.map(({ id, name }) => [id, name]))
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
        assigneeName: row.assignee === null ? null : (names.get(row.assignee) ?? row.assignee),
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
