// @ts-expect-error the types of the bench are Node's, which has no such module
import { DurableObject } from 'cloudflare:workers'
import { Hono } from 'hono'

interface Kept {
  keep(text: string): Promise<void>
  forwardAndKeep(text: string): Promise<string>
}

interface Sql {
  exec(sql: string, ...values: string[]): void
}

interface Bindings {
  NODE: string
  /** The way to the node that the gateway takes too, past the proxy of the local runtime. */
  NODE_NETWORK: { fetch: typeof fetch }
  COMPLETION: string
  ROWS: { getByName(name: string): Kept }
}

// The floor of the runtime: what a handler costs that does next to nothing.
const app = new Hono<{ Bindings: Bindings }>()

app.post('/memory', async (c) => {
  await c.req.text()
  return c.body(c.env.COMPLETION, 200, { 'content-type': 'application/json' })
})

app.post('/cache', async (c) => {
  await c.req.text()
  // @ts-expect-error the types of the bench are Node's, whose caches have no named ones
  const cache = await caches.open('floor')
  const found = await cache.match('https://floor.invalid/known')
  if (found !== undefined) return found
  const answer = c.body(c.env.COMPLETION, 200, {
    'content-type': 'application/json',
    'cache-control': 'public, max-age=3600',
  })
  await cache.put('https://floor.invalid/known', answer.clone())
  return answer
})

app.post('/cache-write', async (c) => {
  const key = `https://floor.invalid/${crypto.randomUUID()}`
  // @ts-expect-error as above
  const cache = await caches.open('floor')
  await cache.match(key)
  const answer = c.body(c.env.COMPLETION, 200, { 'content-type': 'application/json' })
  const kept = new Response(c.env.COMPLETION, { headers: { 'cache-control': 'public, max-age=3600' } })
  c.executionCtx.waitUntil(cache.put(key, kept))
  await c.req.text()
  return answer
})

app.post('/cache-miss', async (c) => {
  await c.req.text()
  // @ts-expect-error as above
  const cache = await caches.open('floor')
  await cache.match(`https://floor.invalid/${crypto.randomUUID()}`)
  return c.body(c.env.COMPLETION, 200, { 'content-type': 'application/json' })
})

app.post('/object', async (c) => {
  await c.env.ROWS.getByName('floor').keep(await c.req.text())
  return c.body(c.env.COMPLETION, 200, { 'content-type': 'application/json' })
})

app.post('/forward', async (c) => {
  const completion = await readCompletion(c.env, await c.req.text())
  return c.body(completion, 200, { 'content-type': 'application/json' })
})

async function readCompletion({ NODE, NODE_NETWORK }: Bindings, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const response = await NODE_NETWORK.fetch(`${NODE}/v1/chat/completions`, { method: 'POST', headers, body })
  return response.text()
}

/** All that a miss cannot do without: a lookup that finds nothing, an object that asks the node and keeps a row. */
app.post('/miss', async (c) => {
  const text = await c.req.text()
  // @ts-expect-error as above
  const cache = await caches.open('floor')
  await cache.match(`https://floor.invalid/${crypto.randomUUID()}`)
  const answer = await c.env.ROWS.getByName('floor').forwardAndKeep(text)
  return c.body(answer, 200, { 'content-type': 'application/json' })
})

/** The same without the lookup, which one machine does without. */
app.post('/miss-here', async (c) => {
  const answer = await c.env.ROWS.getByName('floor').forwardAndKeep(await c.req.text())
  return c.body(answer, 200, { 'content-type': 'application/json' })
})

/** An object that keeps each text as a row, as little as storing can be. */
export class Rows extends DurableObject {
  readonly #sql: Sql
  readonly #bindings: Bindings

  constructor(state: { storage: { sql: Sql } }, env: Bindings) {
    super(state, env)
    this.#bindings = env
    this.#sql = state.storage.sql
    this.#sql.exec('create table if not exists texts (id integer primary key, text text)')
  }

  keep(text: string): void {
    this.#sql.exec('insert into texts (text) values (?)', text)
  }

  async forwardAndKeep(text: string): Promise<string> {
    const completion = await readCompletion(this.#bindings, text)
    this.keep(text)
    return completion
  }
}

export default app
