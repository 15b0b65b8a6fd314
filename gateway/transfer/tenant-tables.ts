import { type Failure, invalidRequest, reason } from '../../schema/api/errors.ts'
import type { Cell } from '../../schema/api/tenant-transfer.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import type { JobQueue } from '../jobs/job-queue.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'

/** Characters of a page of rows, which crosses the object's boundary as a whole. */
const maxPageCharacters = 2_000_000
const maxPageRows = 5_000
/** Bytes of imports that are under way; they end with the request that brought them. */
const leftOut = new Set(['archive_parts'])
/** The object's keys and values, listed as one more table. */
const keyValues = 'key-values'

interface TenantTablesParts {
  storage: DurableObjectStorage
  quota: StorageQuota
  jobs: JobQueue
}

export interface RowPage {
  columns: string[]
  rows: Cell[][]
  next: number | null
}

/** All that a tenant's object stores, table by table, as it leaves one gateway and enters another. */
export class TenantTables {
  readonly #parts: TenantTablesParts

  constructor(parts: TenantTablesParts) {
    this.#parts = parts
  }

  /** Every table with its number of rows. */
  list(): { name: string; rows: number }[] {
    const tables = [...this.#names()].map((name) => ({ name, rows: this.#count(name) }))
    return [...tables, { name: keyValues, rows: this.#keyValues().length }]
  }

  /** The next rows of a table after a place in it; null where there is no such table. */
  page(table: string, after: number): RowPage | null {
    if (table === keyValues) {
      return { columns: ['key', 'value'], rows: this.#keyValues(), next: null }
    }
    if (!this.#names().has(table)) return null
    const cursor = this.#parts.storage.sql.exec(
      `select rowid, * from ${quoted(table)} where rowid > ? order by rowid limit ?`,
      after,
      maxPageRows,
    )
    const rows: Cell[][] = []
    let characters = 0
    let next: number | null = null
    for (const [rowid, ...values] of cursor.raw()) {
      const cells = values.map(toCell)
      rows.push(cells)
      characters += JSON.stringify(cells).length
      next = rowid as number
      if (characters > maxPageCharacters) break
    }
    return { columns: cursor.columnNames.slice(1), rows, next: rows.length === 0 ? null : next }
  }

  isEmpty(): boolean {
    return this.list().every(({ rows }) => rows === 0)
  }

  /**
   * Stores the rows of a table that follow `from` stored ones. The same page once more changes nothing. Answers how
   * many rows the table has now.
   */
  async append(
    table: string,
    from: number,
    columns: string[],
    rows: Cell[][],
  ): Promise<{ rows: number } | { failure: Failure }> {
    const { quota, storage } = this.#parts
    const full = await quota.refusal()
    if (full !== null) return { failure: full }
    const wrong = this.#findWrong(table, columns, rows)
    if (wrong !== null) return { failure: wrong }
    const stored = this.#count(table)
    if (stored === from + rows.length) return { rows: stored }
    if (stored !== from) {
      const why = reason('transfer_out_of_order', { table, rows: stored })
      return { failure: { code: 'conflict', ...why, source: 'gateway' } }
    }
    storage.transactionSync(() => {
      if (table === keyValues) for (const [key, value] of rows) storage.kv.put(String(key), value)
      else for (const row of rows) this.#insert(table, columns, row)
    })
    return { rows: this.#count(table) }
  }

  /** Compares the tables with what they must hold; returns the name of the first that differs. */
  async finish(expected: { name: string; rows: number }[]): Promise<string | null> {
    const wanted = new Map(expected.map(({ name, rows }) => [name, rows]))
    const differing = this.list().find(({ name, rows }) => rows !== (wanted.get(name) ?? 0))
    if (differing !== undefined) return differing.name
    // jobs that were under way go on once the tenant is resumed
    await this.#parts.jobs.scheduleStallCheck()
    return null
  }

  #findWrong(table: string, columns: string[], rows: Cell[][]): Failure | null {
    if (table !== keyValues && !this.#names().has(table)) {
      return invalidRequest([fieldError('table', 'transfer_unknown_table', { table })])
    }
    const known = table === keyValues ? new Set(['key', 'value']) : this.#columns(table)
    const foreign = columns.findIndex(
      (column, index) => !known.has(column) || columns.indexOf(column) < index,
    )
    if (foreign !== -1) {
      const params = { table, column: columns[foreign]! }
      return invalidRequest([fieldError(`columns.${foreign}`, 'transfer_unknown_column', params)])
    }
    const uneven = rows.findIndex((row) => row.length !== columns.length)
    if (uneven === -1) return null
    return invalidRequest([fieldError(`rows.${uneven}`, 'transfer_row_length', { columns: columns.length })])
  }

  #insert(table: string, columns: string[], row: Cell[]): void {
    const marks = columns.map(() => '?').join(', ')
    this.#parts.storage.sql.exec(
      `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values (${marks})`,
      ...row,
    )
  }

  #names(): Set<string> {
    const found = this.#parts.storage.sql.exec<{ name: string }>(
      `select name from sqlite_master where type = 'table'
        and name not like 'sqlite\\_%' escape '\\' and name not like '\\_%' escape '\\' order by name`,
    )
    return new Set([...found].map(({ name }) => name).filter((name) => !leftOut.has(name)))
  }

  #columns(table: string): Set<string> {
    const found = this.#parts.storage.sql.exec<{ name: string }>(
      'select name from pragma_table_info(?)',
      table,
    )
    return new Set([...found].map(({ name }) => name))
  }

  #count(table: string): number {
    if (table === keyValues) return this.#keyValues().length
    const { sql } = this.#parts.storage
    return sql.exec<{ n: number }>(`select count(*) as n from ${quoted(table)}`).one().n
  }

  #keyValues(): [string, string][] {
    return [...this.#parts.storage.kv.list<string>()]
  }
}

/** A name that this database has given itself. */
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

function toCell(value: ArrayBuffer | string | number | null): Cell {
  if (value instanceof ArrayBuffer) throw new Error('a table holds bytes, which no export carries')
  return value
}
