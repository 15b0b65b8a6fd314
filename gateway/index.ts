import { upkeep } from './access/upkeep.ts'
import { createApp } from './app.ts'
import type { Env } from './env.ts'
import { createServices } from './services.ts'

export { TenantObject } from './tenant/object.ts'

/** The cron of wrangler.toml at which the nodes are asked how they are. */
const everyMinute = '* * * * *'

const app = createApp()

export default {
  fetch: app.fetch,
  async scheduled({ cron }, env) {
    const { access, nodes, nodeHealth } = createServices(env)
    if (cron === everyMinute) await nodeHealth.check(await nodes.all())
    else await upkeep(access)
  },
} satisfies ExportedHandler<Env>
