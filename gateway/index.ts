import { upkeep } from './access/upkeep.ts'
import { createApp } from './app.ts'
import type { Env } from './env.ts'
import { consume, type Work } from './queue.ts'
import { createServices, type Services } from './services.ts'
import { logUnexpected, withoutMessage } from './unexpected.ts'

export { TenantObject } from './tenant/object.ts'

/** The cron of wrangler.toml at which the nodes are asked how they are. */
const everyMinute = '* * * * *'

/** What the queue waits before it offers work again that failed unexpectedly. */
const retryAfterFailureSeconds = 30

const app = createApp()
/** The queue's own services: what is known of the nodes lasts from one batch to the next. */
let services: Services | undefined

export default {
  fetch: app.fetch,
  async scheduled({ cron }, env) {
    const { access, nodes, nodeHealth, nodeRests } = createServices(env)
    if (cron !== everyMinute) return withoutMessage('upkeep', () => upkeep(access))
    await withoutMessage('node health', async () => {
      await nodeRests.forgetStale()
      await nodeHealth.check(await nodes.all())
    })
  },
  async queue(batch, env) {
    services ??= createServices(env)
    const { models } = services
    try {
      await consume(batch, { env, models })
    } catch (error) {
      logUnexpected(error, { work: 'queue' })
      // at once and again, a database that is down for a minute would use up every attempt
      batch.retryAll({ delaySeconds: retryAfterFailureSeconds })
    }
  },
} satisfies ExportedHandler<Env, Work>
