import { and, asc, desc, eq, gt, inArray, lt, lte, sql } from 'drizzle-orm'
import { batchLines, fileParts, files } from '../../schema/db/batches.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { type Answered, toAnswerLine } from './answer-lines.ts'
import { expiredIn, nextExpiryIn } from './expiry.ts'

export type FileRecord = typeof files.$inferSelect

/** Filter and cursor of a page of files. */
export interface FilePlace {
  after?: string | undefined
  purpose?: string | undefined
  order: 'asc' | 'desc'
}

/** Files of a tenant. An uploaded file is kept in parts of whole lines; an output is written from its batch. */
export class FileStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  create(file: FileRecord): void {
    this.#database.insert(files).values(file).run()
  }

  update(id: string, change: Partial<FileRecord>): void {
    this.#database.update(files).set(change).where(eq(files.id, id)).run()
  }

  addPart(fileId: string, number: number, text: string): void {
    this.#database.insert(fileParts).values({ fileId, number, text }).run()
  }

  get(id: string): FileRecord | null {
    const whole = and(eq(files.id, id), eq(files.arriving, false))
    return this.#database.select().from(files).where(whole).get() ?? null
  }

  page(limit: number, { after, purpose, order }: FilePlace): FileRecord[] {
    const isBehind = order === 'asc' ? gt : lt
    return this.#database
      .select()
      .from(files)
      .where(
        and(
          eq(files.arriving, false),
          after === undefined ? undefined : isBehind(files.id, after),
          purpose === undefined ? undefined : eq(sql`${files.purpose}`, purpose),
        ),
      )
      .orderBy(order === 'asc' ? asc(files.id) : desc(files.id))
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

  /**
   * The next answers of a batch, about as many bytes as asked for: those that went well, or those that did not and
   * those that never came.
   */
  answers(batchId: string, state: OutputState, after: number, bytes: number): Answered[] {
    let last = after
    let read = 0
    for (const { position, responseBytes } of this.#sizes(batchId, state, after)) {
      last = position
      read += responseBytes
      if (read >= bytes) break
    }
    return this.#database
      .select()
      .from(batchLines)
      .where(and(answeredIn(batchId, state, after), lte(batchLines.position, last)))
      .orderBy(asc(batchLines.position))
      .all()
  }

  /** Size in bytes of a batch's answers as a file, computed without reading them. */
  answerBytes(batchId: string, state: OutputState): number {
    const encoder = new TextEncoder()
    let bytes = 0
    for (let after = -1; ; ) {
      const sizes = this.#sizes(batchId, state, after)
      for (const { responseBytes, ...line } of sizes) {
        bytes += encoder.encode(toAnswerLine({ ...line, response: '' })).byteLength + responseBytes
      }
      const last = sizes.at(-1)
      if (last === undefined) return bytes
      after = last.position
    }
  }

  /** The lines of answers with the size of each answer in place of the answer. */
  #sizes(batchId: string, state: OutputState, after: number) {
    const { position, customId, statusCode } = batchLines
    return this.#database
      .select({
        batchId: batchLines.batchId,
        position,
        customId,
        state: batchLines.state,
        statusCode,
        responseBytes: sql<number>`coalesce(octet_length(${batchLines.response}), 0)`,
      })
      .from(batchLines)
      .where(answeredIn(batchId, state, after))
      .orderBy(asc(position))
      .limit(linesAtOnce)
      .all()
  }

  remove(id: string): boolean {
    const known = this.get(id) !== null
    this.#database.delete(fileParts).where(eq(fileParts.fileId, id)).run()
    this.#database.delete(files).where(eq(files.id, id)).run()
    return known
  }

  /** Files whose parts still arrive. */
  arriving(): string[] {
    const rows = this.#database.select({ id: files.id }).from(files).where(eq(files.arriving, true)).all()
    return rows.map(({ id }) => id)
  }

  expired(now: number): string[] {
    return expiredIn(this.#database, files, now)
  }

  nextExpiry(): number | null {
    return nextExpiryIn(this.#database, files)
  }
}

export type OutputState = 'completed' | 'failed'

/** Lines whose sizes are looked at at a time. */
const linesAtOnce = 1000

const answeredIn = (batchId: string, state: OutputState, after: number) =>
  and(
    eq(batchLines.batchId, batchId),
    state === 'completed'
      ? eq(batchLines.state, 'completed')
      : inArray(batchLines.state, ['failed', 'expired']),
    gt(batchLines.position, after),
  )
