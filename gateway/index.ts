import { maintenance } from './access/maintenance.ts'
import { createApp } from './app.ts'
import { prepareLines } from './batches/prepare-lines.ts'
import type { Env } from './env.ts'
import { prepareJudgments } from './evaluations/prepare-judgments.ts'
import { consume } from './jobs/consume.ts'
import type { Work } from './jobs/work.ts'
import { withoutMessage } from './platform/unexpected.ts'
import { createServices, type Services } from './services.ts'

export { TenantObject } from './tenant-object.ts'

/** The cron of wrangler.toml at which the nodes are asked how they are. */
const everyMinute = '* * * * *'

const app = createApp()
const preparers = { evaluation: prepareJudgments, batch: prepareLines }
/** The queue's own services: what is known of the nodes lasts from one batch to the next. */
let services: Services | undefined

export default {
  fetch: app.fetch,
  async scheduled({ cron }, env) {
    const { access, shareLinks, nodes, nodeHealth, nodeLeases, breakerLog } = createServices(env)
    if (cron !== everyMinute) {
      await withoutMessage('share links', () => shareLinks.sweep())
      return withoutMessage('maintenance', () => maintenance(access))
    }
    await withoutMessage('node health', async () => {
      await breakerLog.removeStale()
      await nodeLeases.removeForgotten()
      await nodeHealth.check(await nodes.all())
    })
  },
  async queue(batch, env) {
    services ??= createServices(env)
    const { models, currentGrant } = services
    await consume(batch, { env, models, currentGrant, preparers })
  },
} satisfies ExportedHandler<Env, Work>
