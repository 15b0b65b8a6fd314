import { Hono } from 'hono'
import { publicOrigin } from '../../../http/public-origin.ts'
import { CopiedCode, CopyButton } from '../../components/copied.tsx'
import { show } from '../../render.tsx'
import type { ConsoleEnv } from '../../view.ts'
import { firstCall } from '../start/first-call.ts'
import { sampleModel } from '../start/sample-model.ts'
import { LinkPage } from './link-page.tsx'

/** Targets of the links in mails: confirming an address, receiving a key. */
export function linkRoutes() {
  return new Hono<ConsoleEnv>()
    .get('/verify', (c) => {
      const view = c.get('view')
      const { verify } = view.t.links
      return show(
        c,
        <LinkPage view={view} kind="verify">
          <div class="notice">
            <h2>{verify.done}</h2>
            <p>{verify.doneText}</p>
          </div>
          <a class="button" href="/status">
            {view.t.status.title}
          </a>
        </LinkPage>,
      )
    })
    .get('/claim', async (c) => {
      const view = c.get('view')
      const { t } = view
      const { claim } = t.links
      const call = firstCall(publicOrigin(c), await sampleModel(c))
      return show(
        c,
        <LinkPage view={view} kind="claim">
          <div class="card stack">
            <h2>{claim.done}</h2>
            <p class="notice careful">{claim.once}</p>
            <p class="key">
              <code id="key">
                <span data-slot="key" />
                <mark data-slot="checksum" />
              </code>
            </p>
            <CopyButton t={t} of="key" primary />
            <p class="small soft">
              <strong>{claim.checksumTitle}</strong> {claim.checksum}
            </p>
            <dl class="facts">
              <dt>{claim.scopes}</dt>
              <dd data-slot="scopes" />
              <dt>{claim.plan}</dt>
              <dd data-slot="plan" />
              <dt>{claim.expires}</dt>
              <dd data-slot="expires" />
            </dl>
            <form method="post" action="/sign-in" class="row">
              <input type="hidden" name="next" value="/judge" />
              <input type="hidden" name="credential" data-slot="credential" />
              <button class="button" type="submit">
                {claim.signIn}
              </button>
            </form>
            <h3>{claim.firstCall}</h3>
            <CopiedCode t={t} id="first-call" code={call} />
          </div>
        </LinkPage>,
      )
    })
}
