import type { OpenAPIHono } from '@hono/zod-openapi'
import type { GatewayEnv } from './context.ts'

/** The OpenAPI document, written from the zod schemas of the routes. */
export const openApiDocument = (app: OpenAPIHono<GatewayEnv>) =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'keval-edge',
      version: '1',
      description: 'A hosted LLM-as-a-judge for Korean answers.',
    },
  })
