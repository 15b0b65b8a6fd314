import type { Child } from 'hono/jsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'

interface LinkPageProps {
  view: View
  kind: 'verify' | 'claim'
  children: Child
}

/**
 * A page that a mail links to. The token stands behind the # of the address, where only the page's script sees
 * it, and is used when a person presses the button: programs that open links in mails use nothing up.
 */
export function LinkPage({ view, kind, children }: LinkPageProps) {
  const { t } = view
  const text = t.links[kind]
  const path = kind === 'verify' ? '/v1/verifications/' : '/v1/claims/'
  const words = {
    noToken: t.links.noToken,
    used: t.links.used,
    offline: t.judge.result.offline,
    never: t.links.claim.never,
    scopes: t.account.keys.scopeNames,
    errors: Object.fromEntries(Object.entries(t.errors).map(([code, { title }]) => [code, title])),
  }
  return (
    <Page view={view} title={text.title} scripts={['link.js', 'copy.js']}>
      <div class="narrow">
        <h1>{text.title}</h1>
        <noscript>
          <p class="notice careful">{t.common.needsScript}</p>
        </noscript>
        <div id="link" data-path={path} data-texts={JSON.stringify(words)}>
          <p>{text.lead}</p>
          <p class="notice wrong" id="link-problem" role="alert" hidden />
          <button class="button primary" type="button" id="link-button" hidden>
            {text.button}
          </button>
        </div>
        <section id="link-done" tabindex={-1} hidden>
          {children}
        </section>
      </div>
    </Page>
  )
}
