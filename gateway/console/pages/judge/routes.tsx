import { Hono } from 'hono'
import type { PublicApi } from '../../api.ts'
import { publicOrigin } from '../../public-origin.ts'
import { show } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import { requireSession } from '../../sessions/require-session.ts'
import type { ConsoleEnv } from '../../view.ts'
import { type StoredJudgment, toTurns } from '../judgments/stored-judgment.ts'
import type { ModelEntry, Opening } from './judge-form.tsx'
import { JudgePage } from './judge-page.tsx'

const toOpening = (judgment: StoredJudgment): Opening => ({
  model: judgment.model,
  protocol: judgment.protocol,
  turns: toTurns(judgment),
})

/** The playground, empty or with what an earlier judgment was made of. */
export function judgeRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>().get('/judge', requireSession('tenant'), async (c) => {
    const view = c.get('view')
    const tenant = sessionApi(api, 'tenant')(c)
    const from = c.req.query('from')
    const [models, earlier] = await Promise.all([
      tenant.get<List<ModelEntry>>('/v1/models'),
      from === undefined ? null : tenant.get<StoredJudgment>(toPath('/v1/judgments', from)),
    ])
    const failed = [models, earlier].find((outcome) => outcome !== null && 'problem' in outcome)
    const page = (
      <JudgePage
        view={view}
        origin={publicOrigin(c)}
        models={'data' in models ? models.data.data : []}
        opening={earlier !== null && 'data' in earlier ? toOpening(earlier.data) : { turns: [] }}
        problem={failed && 'problem' in failed ? failed.problem : null}
      />
    )
    return show(c, page)
  })
}
