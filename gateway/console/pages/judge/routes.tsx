import { Hono } from 'hono'
import { z } from 'zod'
import { judgmentSchema } from '../../../../schema/api/judgments.ts'
import { publicOrigin } from '../../../http/public-origin.ts'
import type { PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showRefused } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleEnv } from '../../view.ts'
import { type StoredJudgment, toTurns } from '../judgments/stored-judgment.ts'
import type { FormDefaults, ModelEntry } from './judge-form.tsx'
import { JudgePage } from './judge-page.tsx'
import { JudgmentCards } from './judgment-cards.tsx'

const toOpening = (judgment: StoredJudgment): FormDefaults => ({
  model: judgment.model,
  protocol: judgment.protocol,
  turns: toTurns(judgment),
})

/** The answer that the page shows after a form was sent. */
const cardsForm = z.object({
  judgments: z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue('JSON')
      }
    })
    .pipe(z.array(judgmentSchema).min(1).max(16)),
  source: z.enum(['cache', 'node', 'joined']),
  milliseconds: z.coerce.number(),
})

/** The playground, empty or with what an earlier judgment was made of. */
export function judgeRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>()
    .post('/judge/cards', requireSession('tenant'), trustedForm('tenant'), async (c) => {
      const given = cardsForm.safeParse(await parseForm(c))
      if (!given.success) return showRefused(c)
      const { judgments, source, milliseconds } = given.data
      const servedFrom = { source, milliseconds }
      return show(c, <JudgmentCards view={c.get('view')} judgments={judgments} servedFrom={servedFrom} />)
    })
    .get('/judge', requireSession('tenant'), async (c) => {
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
          defaults={earlier !== null && 'data' in earlier ? toOpening(earlier.data) : { turns: [] }}
          problem={failed && 'problem' in failed ? failed.problem : null}
        />
      )
      return show(c, page)
    })
}
