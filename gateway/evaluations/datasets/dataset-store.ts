import { and, asc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { DatasetListQuery } from '../../../schema/api/datasets.ts'
import { datasetNames, datasets, evaluations } from '../../../schema/db/evaluations.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'

type StoredDataset = typeof datasets.$inferSelect
/** A dataset with the number of its evaluations. */
export type DatasetRecord = StoredDataset & { evaluations: number }

const columns = {
  ...getTableColumns(datasets),
  evaluations: sql<number>`(select count(*) from ${evaluations}
    where ${evaluations.dataset} = ${datasets.digest} and ${evaluations.auditId} is null
      and ${evaluations.status} <> 'receiving')`,
}

/** The datasets of a tenant, as stored. */
export class DatasetStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  get(digest: string): DatasetRecord | null {
    return this.#database.select(columns).from(datasets).where(eq(datasets.digest, digest)).get() ?? null
  }

  /** A page by name and version. */
  page({ name, limit, after }: DatasetListQuery): DatasetRecord[] {
    const last = after === undefined ? null : this.get(after)
    return this.#database
      .select(columns)
      .from(datasets)
      .where(
        and(
          name === undefined ? undefined : eq(datasets.name, name),
          last === null
            ? undefined
            : sql`(${datasets.name}, ${datasets.version}) > (${last.name}, ${last.version})`,
        ),
      )
      .orderBy(asc(datasets.name), asc(datasets.version))
      .limit(limit)
      .all()
  }

  insert(dataset: Omit<StoredDataset, 'version'>): void {
    this.#database
      .insert(datasets)
      .values({ ...dataset, version: this.#nextVersion(dataset.name) })
      .run()
  }

  /** Renames one dataset: it is the next version of its new name. */
  rename(digest: string, name: string, nameSource: StoredDataset['nameSource']): void {
    this.#database
      .update(datasets)
      .set({ name, nameSource, version: this.#nextVersion(name) })
      .where(eq(datasets.digest, digest))
      .run()
  }

  /** Renames every version of a name. Numbers are kept where the new name never had any. */
  renameAll(from: string, to: string): void {
    const last = this.#lastVersion(to)
    this.#database
      .update(datasets)
      .set({ name: to, nameSource: 'given', version: sql`${datasets.version} + ${last}` })
      .where(eq(datasets.name, from))
      .run()
    this.#setLastVersion(to, last + this.#lastVersion(from))
  }

  setNameSource(digest: string, nameSource: StoredDataset['nameSource']): void {
    this.#database.update(datasets).set({ nameSource }).where(eq(datasets.digest, digest)).run()
  }

  #nextVersion(name: string): number {
    const next = this.#lastVersion(name) + 1
    this.#setLastVersion(name, next)
    return next
  }

  #lastVersion(name: string): number {
    return (
      this.#database.select().from(datasetNames).where(eq(datasetNames.name, name)).get()?.lastVersion ?? 0
    )
  }

  #setLastVersion(name: string, lastVersion: number): void {
    this.#database
      .insert(datasetNames)
      .values({ name, lastVersion })
      .onConflictDoUpdate({ target: datasetNames.name, set: { lastVersion } })
      .run()
  }
}
