import { upkeep } from './access/upkeep.ts'
import { createApp } from './app.ts'
import type { Env } from './env.ts'
import { consume, type Work } from './queue.ts'
import { createServices, type Services } from './services.ts'

export { TenantObject } from './tenant/object.ts'

/** The cron of wrangler.toml at which the nodes are asked how they are. */
const everyMinute = '* * * * *'

const app = createApp()
/** The queue's own services: what is known of the nodes lasts from one batch to the next. */
let services: Services | undefined

export default {
  fetch: app.fetch,
  async scheduled({ cron }, env) {
    const { access, nodes, nodeHealth } = createServices(env)
    if (cron === everyMinute) await nodeHealth.check(await nodes.all())
    else await upkeep(access)
  },
  async queue(batch, env) {
    services ??= createServices(env)
    await consume(batch, { env, models: services.models })
  },
} satisfies ExportedHandler<Env, Work>
