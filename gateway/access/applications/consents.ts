import { and, eq, sql } from 'drizzle-orm'
import type { ConsentKind, Language } from '../../../schema/api/application.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { applications, consents } from '../../../schema/db/control.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import { type ShownConsents, textDigest } from './form/consents.ts'

interface Parts {
  database: ControlDatabase
  shown: () => ShownConsents
  now: () => number
}

/** Stored consents: each separately, with the version of the text that was shown. */
export class Consents {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The rows of an application's consents, for the transaction that stores it. */
  rows(applicationId: string, language: Language, granted: Partial<Record<ConsentKind, boolean>>) {
    const { shown, now } = this.#parts
    const at = now()
    const { version, texts } = shown()
    return Promise.all(
      texts.map(async (text) => ({
        applicationId,
        kind: text.kind,
        granted: granted[text.kind] ?? false,
        version,
        language,
        textDigest: await textDigest(text[language]),
        at,
      })),
    )
  }

  of(applicationId: string) {
    return this.#parts.database.select().from(consents).where(eq(consents.applicationId, applicationId))
  }

  /** Gives the consent to news, or takes it back, as long as the application still holds data. */
  async setNews({ id, language }: ApplicationRow, granted: boolean): Promise<void> {
    const rows = await this.rows(id, language, { news: granted })
    const news = rows.find(({ kind }) => kind === 'news')!
    const holdsData = sql`exists (select 1 from ${applications} where ${applications.id} = ${id} and ${applications.dataDestroyedAt} is null)`
    const changed = await this.#parts.database
      .update(consents)
      .set(news)
      .where(and(eq(consents.applicationId, id), eq(consents.kind, 'news'), holdsData))
      .returning({ kind: consents.kind })
    if (changed.length > 0) return
    throw new FailureError({
      code: 'conflict',
      ...reason('consent_data_destroyed'),
      source: 'gateway',
    })
  }
}
