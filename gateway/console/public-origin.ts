import type { ConsoleContext } from './view.ts'

/** The origin that readers reach the service under: PUBLIC_URL where the operator set it, else that of the request. */
export function publicOrigin(c: ConsoleContext): string {
  const { PUBLIC_URL: configured } = c.env
  return configured && URL.canParse(configured) ? new URL(configured).origin : new URL(c.req.url).origin
}
