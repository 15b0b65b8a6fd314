import { sql } from 'drizzle-orm'
import type { TenantDatabase } from '../../platform/tenant-database.ts'

/** All parts but the last have this many bytes; a row of the database holds 2 MB. */
export const partBytes = 1_000_000

/** The bytes of archives that are being imported, in parts that can be read from any place. */
export class StagedArchives {
  readonly #database: TenantDatabase
  readonly #now: () => number
  /** Archives of this life of the object, with the time of their last use. */
  readonly #used = new Map<string, number>()

  constructor(database: TenantDatabase, now: () => number) {
    this.#database = database
    this.#now = now
  }

  append(id: string, number: number, bytes: Uint8Array): void {
    this.#used.set(id, this.#now())
    this.#database.run(
      sql`insert into archive_parts (archive_id, number, bytes) values (${id}, ${number}, ${bytes})`,
    )
  }

  /** The bytes from `offset` on; fewer than `length` at the end. */
  read(id: string, offset: number, length: number): Uint8Array {
    this.#used.set(id, this.#now())
    const [first, last] = [Math.floor(offset / partBytes), Math.floor((offset + length - 1) / partBytes)]
    const parts = this.#database
      .all<{ bytes: ArrayBuffer }>(sql`
        select bytes from archive_parts
        where archive_id = ${id} and number >= ${first} and number <= ${last} order by number`)
      .map(({ bytes }) => new Uint8Array(bytes))
    const joined = new Uint8Array(parts.reduce((total, { length }) => total + length, 0))
    let at = 0
    for (const part of parts) {
      joined.set(part, at)
      at += part.length
    }
    return joined.slice(offset - first * partBytes, offset - first * partBytes + length)
  }

  remove(id: string): void {
    this.#used.delete(id)
    this.#database.run(sql`delete from archive_parts where archive_id = ${id}`)
  }

  /** Deletes what imports left behind that ended with their process, or that have not moved since `before`. */
  discardBroken(before: number): void {
    const stored = this.#database.all<{ id: string }>(
      sql`select distinct archive_id as id from archive_parts`,
    )
    for (const { id } of stored) if ((this.#used.get(id) ?? 0) < before) this.remove(id)
  }
}
