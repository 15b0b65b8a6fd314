import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { type AccountRequest, type Reply, refuse, succeed } from './reply.ts'

interface Database {
  uuid: string
  name: string
  created_at: string
  version: string
  location: string | undefined
  sqlite: DatabaseSync
}

/** D1: databases by name, each a real SQLite in memory. */
export class DatabaseStandIn {
  readonly all: Database[] = []

  find(name: string): Database | undefined {
    return this.all.find((database) => database.name === name)
  }

  reply({ method, path, query, body }: AccountRequest): Reply | null {
    if (path === '/d1/database' && method === 'GET') return this.#list(query)
    if (path === '/d1/database' && method === 'POST') return this.#create(JSON.parse(body.toString()))
    const [, uuid, rest = ''] = /^\/d1\/database\/([^/]+)(\/.+)?$/.exec(path) ?? []
    if (uuid === undefined) return null
    const database = this.all.find((one) => one.uuid === uuid)
    if (database === undefined) return refuse(404, 7404, `The database ${uuid} could not be found`)
    if (rest === '' && method === 'GET') return succeed(toView(database))
    if (rest === '/time_travel/bookmark' && method === 'GET')
      return succeed({ bookmark: `00000001-00000002-${database.uuid.slice(0, 8)}` })
    if (rest === '/query' && method === 'POST') return runQuery(database, JSON.parse(body.toString()))
    return null
  }

  #list(query: URLSearchParams): Reply {
    const found = this.all.filter(({ name }) => name.includes(query.get('name') ?? ''))
    return succeed(found.map(toView), {
      page: 1,
      per_page: 100,
      count: found.length,
      total_count: found.length,
    })
  }

  #create({
    name,
    primary_location_hint: location,
  }: {
    name: string
    primary_location_hint?: string
  }): Reply {
    if (this.find(name) !== undefined) return refuse(400, 7502, `A database named ${name} already exists`)
    const database = {
      uuid: randomUUID(),
      name,
      created_at: new Date().toISOString(),
      version: 'production',
      location,
      sqlite: new DatabaseSync(':memory:'),
    }
    this.all.push(database)
    return succeed(toView(database))
  }
}

const toView = ({ sqlite: _, location: __, ...view }: Database) => view

/** Runs all statements of a request as one transaction, as D1 does. */
function runQuery(
  { sqlite }: Database,
  request: { sql: string; params?: string[] } | { batch: { sql: string }[] },
): Reply {
  const statements = 'batch' in request ? request.batch.map(({ sql }) => sql) : [request.sql]
  try {
    sqlite.exec('BEGIN')
    const results = statements.map((sql) => {
      const isOne = !/;\s*\S/.test(sql.replace(/--[^\n]*/g, ''))
      if (isOne && /^\s*(select|pragma)/i.test(sql)) return sqlite.prepare(sql).all()
      sqlite.exec(sql)
      return []
    })
    sqlite.exec('COMMIT')
    return succeed(results.map((rows) => ({ results: rows, success: true, meta: { duration: 1 } })))
  } catch (error) {
    sqlite.exec('ROLLBACK')
    return refuse(400, 7500, `${(error as Error).message}: SQLITE_ERROR`)
  }
}
