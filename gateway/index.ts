import { upkeep } from './access/upkeep.ts'
import { createApp } from './app.ts'
import type { Env } from './env.ts'
import { createServices } from './services.ts'

export { TenantObject } from './tenant/object.ts'

const app = createApp()

export default {
  fetch: app.fetch,
  scheduled: (_controller, env) => upkeep(createServices(env).access),
} satisfies ExportedHandler<Env>
