import { Hono } from 'hono'

// The floor of the runtime: what a handler costs that does next to nothing.
const app = new Hono<{ Bindings: { NODE: string; COMPLETION: string } }>()

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

app.post('/forward', async (c) => {
  const response = await fetch(`${c.env.NODE}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: await c.req.text(),
  })
  return c.body(await response.text(), 200, { 'content-type': 'application/json' })
})

export default app
