import { Hono } from 'hono'
import type { PublicApi } from '../../api.ts'
import { show } from '../../render.tsx'
import { requireSession } from '../../sessions/require-session.ts'
import { type List, signedIn } from '../../signed-in.ts'
import type { ConsoleEnv } from '../../view.ts'
import { JudgePage, type ModelEntry } from './judge-page.tsx'

export function judgeRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>().get('/judge', requireSession('tenant'), async (c) => {
    const view = c.get('view')
    const outcome = await signedIn(api, 'tenant')(c).get<List<ModelEntry>>('/v1/models')
    const models = 'data' in outcome ? outcome.data.data : []
    const problem = 'problem' in outcome ? outcome.problem : null
    const origin = new URL(c.req.url).origin
    return show(c, <JudgePage view={view} origin={origin} models={models} problem={problem} />)
  })
}
