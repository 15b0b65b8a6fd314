import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { batchLines, fileParts, files } from '../../schema/db/batches.ts'
import type { TenantDatabase } from '../tenant/database.ts'

export type FileRecord = typeof files.$inferSelect

/** Files of a tenant. An uploaded file is kept in parts of whole lines; an output is written from its batch. */
export class FileStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  create(file: FileRecord): void {
    this.#database.insert(files).values(file).run()
  }

  setBytes(id: string, bytes: number): void {
    this.#database.update(files).set({ bytes }).where(eq(files.id, id)).run()
  }

  addPart(fileId: string, number: number, text: string): void {
    this.#database.insert(fileParts).values({ fileId, number, text }).run()
  }

  get(id: string): FileRecord | null {
    return this.#database.select().from(files).where(eq(files.id, id)).get() ?? null
  }

  page(limit: number, after: string | undefined): FileRecord[] {
    return this.#database
      .select()
      .from(files)
      .where(after === undefined ? undefined : lt(files.id, after))
      .orderBy(desc(files.id))
      .limit(limit)
      .all()
  }

  part(fileId: string, number: number): string | null {
    return (
      this.#database
        .select({ text: fileParts.text })
        .from(fileParts)
        .where(and(eq(fileParts.fileId, fileId), eq(fileParts.number, number)))
        .get()?.text ?? null
    )
  }

  /** A page of the answers of a batch: those that went well, or those that did not and those that never came. */
  answers(batchId: string, state: 'completed' | 'failed', after: number): (typeof batchLines.$inferSelect)[] {
    return this.#database
      .select()
      .from(batchLines)
      .where(
        and(
          eq(batchLines.batchId, batchId),
          state === 'completed'
            ? eq(batchLines.state, 'completed')
            : inArray(batchLines.state, ['failed', 'expired']),
          sql`${batchLines.position} > ${after}`,
        ),
      )
      .orderBy(asc(batchLines.position))
      .limit(100)
      .all()
  }

  remove(id: string): boolean {
    const known = this.get(id) !== null
    this.#database.delete(fileParts).where(eq(fileParts.fileId, id)).run()
    this.#database.delete(files).where(eq(files.id, id)).run()
    return known
  }

  outlived(now: number): string[] {
    const rows = this.#database.select({ id: files.id }).from(files).where(lt(files.expiresAt, now)).all()
    return rows.map(({ id }) => id)
  }
}
