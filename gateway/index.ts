import { maintenance } from './access/maintenance.ts'
import { createApp } from './app.ts'
import { prepareLines } from './batches/prepare-lines.ts'
import type { Env } from './env.ts'
import { prepareJudgments } from './evaluations/prepare-judgments.ts'
import { createIsolate } from './isolate.ts'
import { consume } from './jobs/consume.ts'
import type { Work } from './jobs/work.ts'
import { answerFromMemory, isJudgmentRequest } from './judging/memory-hit.ts'
import { withoutMessage } from './platform/unexpected.ts'
import { createServices } from './services.ts'

export { NodeTunnel } from './nodes/tunnel/node-tunnel.ts'
export { TenantObject } from './tenant-object.ts'

/** The cron of wrangler.toml at which the nodes are asked how they are. */
const everyMinute = '* * * * *'

const isolate = createIsolate()
const app = createApp(isolate)
/** The queue's own services: what is known of the nodes lasts from one batch to the next. */
const queue = createIsolate()
const preparers = { evaluation: prepareJudgments, batch: prepareLines }

export default {
  async fetch(request, env, context) {
    const { log } = isolate
    const repeat = isJudgmentRequest(request)
      ? await answerFromMemory(request, env, { services: isolate.services(env), log })
      : null
    return repeat ?? app.fetch(request, env, context)
  },
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
    const { models, currentGrant } = queue.services(env)
    await consume(batch, { env, models, currentGrant, preparers })
  },
} satisfies ExportedHandler<Env, Work>
