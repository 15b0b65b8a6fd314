import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'

interface StatusSignInPageProps {
  view: View
  wrong: boolean
  id: string
  /** True if a link was just asked for. */
  linkSent?: boolean
  problem?: ProblemBody
}

/** For applicants who come back: application id and status token, or a link by mail. */
export function StatusSignInPage({ view, wrong, id, linkSent = false, problem }: StatusSignInPageProps) {
  const { t } = view
  return (
    <Page view={view} title={t.status.title} scripts={['status-link.js']}>
      <div class="narrow">
        <h1>{t.status.title}</h1>
        <p class="soft">{t.status.signInLead}</p>
        {view.ended === 'applicant' && <p class="notice">{t.common.sessionEnded}</p>}
        {problem !== undefined && <Failure t={t} problem={problem} />}
        {linkSent && (
          <p class="notice" role="status">
            {t.status.linkSent}
          </p>
        )}
        <form class="notice" method="post" action="/status/link" id="status-link" hidden>
          <p>{t.status.openLinkText}</p>
          <input type="hidden" name="token" />
          <button class="button primary" type="submit">
            {t.status.openLink}
          </button>
        </form>
        {wrong && (
          <p class="notice wrong" role="alert">
            {t.status.wrong}
          </p>
        )}
        <form class="card" method="post" action="/status">
          <Field t={t} name="id" label={t.status.id}>
            <input
              type="text"
              required
              value={id}
              autocomplete="off"
              {...described('id', undefined, undefined)}
            />
          </Field>
          <Field t={t} name="token" label={t.status.token} hint={t.status.tokenHint}>
            <input
              type="password"
              required
              autocomplete="off"
              {...described('token', t.status.tokenHint, undefined)}
            />
          </Field>
          <button class="button primary" type="submit">
            {t.status.show}
          </button>
        </form>
        <form class="section" method="post" action="/status/lost">
          <h2>{t.status.lost}</h2>
          <p class="soft">{t.status.lostText}</p>
          <Field t={t} name="email" label={t.status.email}>
            <input type="email" required autocomplete="email" {...described('email', undefined, undefined)} />
          </Field>
          <button class="button" type="submit">
            {t.status.sendLink}
          </button>
        </form>
      </div>
    </Page>
  )
}
