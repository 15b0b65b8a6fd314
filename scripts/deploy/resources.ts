import { StartProblem } from '../local/problem.ts'
import type { CloudflareApi } from './cloudflare-api.ts'

const databasePermission = 'D1: Edit'
const queuePermission = 'Queues: Edit'

interface Database {
  uuid: string
  name: string
}

export interface Queue {
  queue_id: string
  queue_name: string
  /** Named differently by Cloudflare's answers. */
  consumers?: { type?: string; script?: string; service?: string; script_name?: string }[]
}

/** The databases and queues of an account, by name. */
export class Resources {
  readonly #api: CloudflareApi
  readonly #accountId: string

  constructor(api: CloudflareApi, accountId: string) {
    this.#api = api
    this.#accountId = accountId
  }

  async findDatabase(name: string): Promise<Database | undefined> {
    const databases = await this.#api.list<Database>(`/accounts/${this.#accountId}/d1/database`, {
      query: { name },
      permission: databasePermission,
    })
    return databases.find((one) => one.name === name)
  }

  createDatabase(name: string, location: string): Promise<Database> {
    return this.#api.create(() => this.findDatabase(name), `/accounts/${this.#accountId}/d1/database`, {
      body: { name, primary_location_hint: location },
      permission: databasePermission,
    })
  }

  listQueues(): Promise<Queue[]> {
    return this.#api.list<Queue>(`/accounts/${this.#accountId}/queues`, { permission: queuePermission })
  }

  createQueue(name: string): Promise<Queue> {
    const find = async () => (await this.listQueues()).find((one) => one.queue_name === name)
    return this.#api.create(find, `/accounts/${this.#accountId}/queues`, {
      body: { queue_name: name },
      permission: queuePermission,
    })
  }

  /** Rows of one statement. */
  async query<Row>(databaseId: string, sql: string): Promise<Row[]> {
    const [result] = await this.#api.call<{ results: Row[] }[]>(
      `/accounts/${this.#accountId}/d1/database/${databaseId}/query`,
      { method: 'POST', body: { sql }, permission: databasePermission },
    )
    if (result === undefined) throw new StartProblem('The database answered nothing to a query.')
    return result.results
  }

  /** The present moment of a database, to return to; null where the database keeps none. */
  async bookmark(databaseId: string): Promise<string | null> {
    const found = await this.#api.find<{ bookmark?: string }>(
      `/accounts/${this.#accountId}/d1/database/${databaseId}/time_travel/bookmark`,
      { permission: databasePermission },
    )
    return found?.bookmark ?? null
  }
}

/** Returns whether a Worker takes a queue's messages. */
export const isConsumedBy = (queue: Queue | undefined, worker: string) =>
  (queue?.consumers ?? []).some(
    ({ type, script, service, script_name: name }) =>
      type === 'worker' && (script ?? service ?? name) === worker,
  )
