import { eq } from 'drizzle-orm'
import { nodes } from '../../../schema/db/control.ts'
import type { AuditEntry, AuditLog } from '../../audit-log/audit-log.ts'
import { type ControlDatabase, isDuplicate, withTimeout } from '../../platform/control-database.ts'
import { logUnexpected } from '../../platform/unexpected.ts'
import type { MasterKeys } from '../../vault/master-keys.ts'
import { nodeSecretContext } from '../../vault/wrapping-context.ts'
import { type AdapterKind, baseUrl, type NodeRecord } from '../node.ts'
import { sealNodeSecret } from './seal-node-secret.ts'

export type NodeRow = typeof nodes.$inferSelect

type AuditDetail = NonNullable<AuditEntry['detail']>

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

export type UpdateResult = 'updated' | 'unknown_node' | 'secret_required'

/** Age at which the list in memory is read again. */
export const listFreshMs = 5_000

interface RegistryParts {
  database: ControlDatabase
  masterKeys: MasterKeys
  audit: AuditLog
  configured: readonly NodeRecord[]
  now: () => number
}

/**
 * The nodes that the operator registered, in addition to the configured ones. Secrets are sealed at rest, and every
 * change is in the audit log. The last list is kept in memory, so that routing survives an outage of the database.
 */
export class NodeRegistry {
  readonly #database: ControlDatabase
  readonly #masterKeys: MasterKeys
  readonly #audit: AuditLog
  readonly #configured: readonly NodeRecord[]
  readonly #now: () => number
  #known: readonly NodeRecord[]
  #readAt = 0
  #reads = 0

  constructor({ database, masterKeys, audit, configured, now }: RegistryParts) {
    this.#database = database
    this.#masterKeys = masterKeys
    this.#audit = audit
    this.#configured = configured
    this.#known = configured
    this.#now = now
  }

  /** All nodes from memory, refreshed from the database after a few seconds; never fails. */
  async all(): Promise<readonly NodeRecord[]> {
    return this.#now() - this.#readAt < listFreshMs ? this.#known : this.read()
  }

  /** All nodes as stored now, or from memory where the database does not answer. */
  async read(): Promise<readonly NodeRecord[]> {
    this.#reads += 1
    const read = this.#reads
    try {
      const rows = await withTimeout(this.#database.select().from(nodes).all())
      const registered = await Promise.all(rows.map((row) => this.#toRecord(row)))
      const all = [...this.#configured, ...registered]
      // a read that started later has the newer list
      if (read === this.#reads) {
        this.#known = all
        this.#readAt = this.#now()
      }
      return all
    } catch (error) {
      logUnexpected(error, { work: 'node list' })
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
  async register(id: string, settings: NodeSettings, actor: string): Promise<boolean> {
    if (this.#configured.some((node) => node.id === id)) return false
    const now = this.#now()
    const row = { id, ...(await this.#toColumns(id, settings)), createdAt: now, updatedAt: now }
    try {
      await this.#audit.commit(
        { actor, action: 'node.register', subject: id, detail: toAuditDetail(settings) },
        [this.#database.insert(nodes).values(row)],
      )
    } catch (error) {
      if (isDuplicate(error, 'nodes')) return false
      throw error
    }
    this.#readAt = 0
    return true
  }

  /** Changes a node. A secret is given to one address only: a new origin needs it again. */
  async update(id: string, changes: Partial<NodeSettings>, actor: string): Promise<UpdateResult> {
    const before = await this.#database.select().from(nodes).where(eq(nodes.id, id)).get()
    if (before === undefined) return 'unknown_node'
    const movesOrigin =
      changes.url !== undefined &&
      (before.url === null || new URL(changes.url).origin !== new URL(before.url).origin)
    if (movesOrigin && before.sealedSecret !== null && changes.secret === undefined) return 'secret_required'
    const columns = { ...(await this.#toColumns(id, changes)), updatedAt: this.#now() }
    await this.#audit.commit({ actor, action: 'node.update', subject: id, detail: toAuditDetail(changes) }, [
      this.#database.update(nodes).set(columns).where(eq(nodes.id, id)),
    ])
    this.#readAt = 0
    return 'updated'
  }

  async remove(id: string, actor: string): Promise<boolean> {
    if (!(await this.#has(id))) return false
    await this.#audit.commit({ actor, action: 'node.remove', subject: id }, [
      this.#database.delete(nodes).where(eq(nodes.id, id)),
    ])
    this.#readAt = 0
    return true
  }

  /** Reads the stored list again at the next request, after a change that was made elsewhere. */
  invalidate(): void {
    this.#readAt = 0
  }

  async #has(id: string): Promise<boolean> {
    const row = await this.#database.select({ id: nodes.id }).from(nodes).where(eq(nodes.id, id)).get()
    return row !== undefined
  }

  async #toColumns<S extends Partial<NodeSettings>>(id: string, { secret, url, ...rest }: S) {
    return {
      ...rest,
      ...(url !== undefined && { url: baseUrl(url) }),
      ...(secret !== undefined && (secret === null ? noSecret : await this.#seal(id, secret))),
    } as Omit<S, 'secret'> & Partial<Pick<NodeRow, 'masterKeyId' | 'sealedSecret'>>
  }

  #seal(id: string, secret: string) {
    return sealNodeSecret(this.#masterKeys, id, secret)
  }

  async #toRecord(row: NodeRow): Promise<NodeRecord> {
    const { id, url, adapter, weight, region, models } = row
    const secret =
      row.masterKeyId === null || row.sealedSecret === null
        ? null
        : await this.#masterKeys.unwrap(
            row.masterKeyId,
            new Uint8Array(row.sealedSecret),
            nodeSecretContext(id),
          )
    return {
      id,
      url,
      secret: secret === null ? null : new TextDecoder().decode(secret),
      adapter,
      weight,
      region,
      models,
      draining: this.#isDraining(row),
    }
  }

  /** A node that registered itself gets new work only while its lease is valid. */
  #isDraining({ draining, leaving, leaseEndsAt }: NodeRow): boolean {
    return draining || leaving || (leaseEndsAt !== null && leaseEndsAt <= this.#now())
  }
}

const noSecret = { masterKeyId: null, sealedSecret: null }

/** A change for the audit log: whether there is a secret, never which; of the address only the host. */
function toAuditDetail({ secret, url, models, ...rest }: Partial<NodeSettings>): AuditDetail {
  return {
    ...rest,
    ...(url !== undefined && { host: new URL(url).host }),
    ...(models !== undefined && { models: models?.join(' ') ?? null }),
    ...(secret !== undefined && { secret: secret === null ? 'none' : 'set' }),
  }
}
