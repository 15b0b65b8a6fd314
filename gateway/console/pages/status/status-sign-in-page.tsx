import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'

interface StatusSignInPageProps {
  view: View
  wrong: boolean
  id: string
}

/** For applicants who come back: application id and status token. */
export function StatusSignInPage({ view, wrong, id }: StatusSignInPageProps) {
  const { t } = view
  return (
    <Page view={view} title={t.status.title}>
      <div class="narrow">
        <h1>{t.status.title}</h1>
        <p class="soft">{t.status.signInLead}</p>
        {view.expired === 'applicant' && <p class="notice">{t.common.sessionExpired}</p>}
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
      </div>
    </Page>
  )
}
