import type { OpenAPIHono } from '@hono/zod-openapi'
import type { GatewayEnv } from './context.ts'

const bearer = (description: string) => ({ type: 'http' as const, scheme: 'bearer', description })

/** The schemes that the routes' `security` refers to. */
const securitySchemes = {
  apiKey: bearer('A keval API key, `kev_live_…` or `kev_test_…`.'),
  statusToken: bearer('The status token of one application, `kst_…`.'),
  node: bearer('A join token, `njt_…`, or the credential of a node that joined, `nlc_…`.'),
  operator: bearer('The admin secret; or a Cloudflare Access token in `Cf-Access-Jwt-Assertion`.'),
}

/** The OpenAPI document, written from the zod schemas of the routes. */
export function openApiDocument(app: OpenAPIHono<GatewayEnv>) {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'keval-edge',
      version: '1',
      description: 'A hosted LLM-as-a-judge for Korean answers.',
    },
  })
  return withTuples({ ...document, components: { ...document.components, securitySchemes } })
}

/** The generator writes tuples as a list in `items`, which OpenAPI 3.1 names `prefixItems`. */
function withTuples<T>(node: T): T {
  if (Array.isArray(node)) return node.map(withTuples) as T
  if (node === null || typeof node !== 'object') return node
  const entries = Object.entries(node).map(([key, value]) => [
    key === 'items' && Array.isArray(value) ? 'prefixItems' : key,
    withTuples(value),
  ])
  return Object.fromEntries(entries) as T
}
