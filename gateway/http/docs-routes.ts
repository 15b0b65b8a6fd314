import type { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { GatewayEnv } from './context.ts'

/** `GET /openapi.json`, written from the zod schemas of the routes. */
export function docsRoutes(app: OpenAPIHono<GatewayEnv>) {
  const routes = new Hono<GatewayEnv>()
  routes.get('/openapi.json', (c) => c.json(app.getOpenAPI31Document(documentInfo)))
  return routes
}

const documentInfo = {
  openapi: '3.1.0',
  info: {
    title: 'keval-edge',
    version: '1',
    description: 'A hosted LLM-as-a-judge for Korean answers.',
  },
}
