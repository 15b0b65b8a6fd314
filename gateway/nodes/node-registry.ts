import { eq } from 'drizzle-orm'
import { nodes } from '../../schema/db/control.ts'
import type { MasterKeys } from '../access/vault/master-keys.ts'
import { type ControlDatabase, isDuplicate } from '../control-database.ts'
import { type AdapterKind, baseUrl, type NodeRecord } from './node.ts'

export type NodeRow = typeof nodes.$inferSelect

export interface NodeSettings {
  url: string
  /** Null takes the secret away. */
  secret?: string | null | undefined
  adapter: AdapterKind
  weight: number
  region: string | null
  models: string[] | null
  draining: boolean
}

const freshMs = 5_000

/**
 * The nodes the operator registered, on top of the configured ones. Secrets are sealed at rest. What was read
 * is kept: a slow or absent database changes nothing for the nodes that are known.
 */
export class NodeRegistry {
  readonly #database: ControlDatabase
  readonly #masterKeys: MasterKeys
  readonly #configured: readonly NodeRecord[]
  readonly #now: () => number
  #known: readonly NodeRecord[]
  #readAt = 0
  #reads = 0

  constructor(
    database: ControlDatabase,
    masterKeys: MasterKeys,
    configured: readonly NodeRecord[],
    now: () => number,
  ) {
    this.#database = database
    this.#masterKeys = masterKeys
    this.#configured = configured
    this.#known = configured
    this.#now = now
  }

  /** All nodes, as known; reads the database again after a few seconds, but does not fail with it. */
  async all(): Promise<readonly NodeRecord[]> {
    return this.#now() - this.#readAt < freshMs ? this.#known : this.read()
  }

  /** All nodes as they are stored now, or as known where the database does not answer. */
  async read(): Promise<readonly NodeRecord[]> {
    this.#reads += 1
    const read = this.#reads
    try {
      const rows = await this.#database.select().from(nodes)
      const registered = await Promise.all(rows.map((row) => this.#recordOf(row)))
      const all = [...this.#configured, ...registered]
      // one that began later knows better
      if (read === this.#reads) {
        this.#known = all
        this.#readAt = this.#now()
      }
      return all
    } catch {
      this.#readAt = this.#now()
      return this.#known
    }
  }

  configured(): readonly NodeRecord[] {
    return this.#configured
  }

  /** The registered nodes as they are stored; the secrets stay sealed. */
  rows(): Promise<NodeRow[]> {
    return this.#database.select().from(nodes).orderBy(nodes.createdAt)
  }

  /** Adds a node; false when the id is taken. */
  async register(id: string, settings: NodeSettings): Promise<boolean> {
    if (this.#configured.some((node) => node.id === id)) return false
    const now = this.#now()
    const row = { id, ...(await this.#columnsOf(id, settings)), createdAt: now, updatedAt: now }
    try {
      await this.#database.insert(nodes).values(row)
    } catch (error) {
      if (isDuplicate(error, 'nodes')) return false
      throw error
    }
    this.#readAt = 0
    return true
  }

  /** Changes a node; false when there is none of this id. */
  async update(id: string, changes: Partial<NodeSettings>): Promise<boolean> {
    const columns = { ...(await this.#columnsOf(id, changes)), updatedAt: this.#now() }
    const changed = await this.#database.update(nodes).set(columns).where(eq(nodes.id, id)).returning()
    this.#readAt = 0
    return changed.length > 0
  }

  async remove(id: string): Promise<boolean> {
    const removed = await this.#database.delete(nodes).where(eq(nodes.id, id)).returning()
    this.#readAt = 0
    return removed.length > 0
  }

  async #columnsOf<S extends Partial<NodeSettings>>(id: string, { secret, url, ...rest }: S) {
    return {
      ...rest,
      ...(url !== undefined && { url: baseUrl(url) }),
      ...(secret !== undefined && (secret === null ? noSecret : await this.#seal(id, secret))),
    } as Omit<S, 'secret'> & Partial<Pick<NodeRow, 'masterKeyId' | 'sealedSecret'>>
  }

  async #seal(id: string, secret: string) {
    const { masterKeyId, wrappedKey } = await this.#masterKeys.wrap(encoder.encode(secret), contextOf(id))
    return { masterKeyId, sealedSecret: wrappedKey }
  }

  async #recordOf(row: NodeRow): Promise<NodeRecord> {
    const { id, url, adapter, weight, region, models, draining } = row
    const secret =
      row.masterKeyId === null || row.sealedSecret === null
        ? null
        : await this.#masterKeys.unwrap(row.masterKeyId, new Uint8Array(row.sealedSecret), contextOf(id))
    return {
      id,
      url,
      secret: secret === null ? null : new TextDecoder().decode(secret),
      adapter,
      weight,
      region,
      models,
      draining,
    }
  }
}

const encoder = new TextEncoder()
const noSecret = { masterKeyId: null, sealedSecret: null }
/** Binds a sealed secret to its node, so that it opens nowhere else. */
const contextOf = (id: string) => `node secret ${id}`
