import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'

interface SignInPageProps {
  view: View
  role: 'tenant' | 'operator'
  /** Path of this console to open afterwards. */
  next: string
  /** The name an operator gave. */
  name?: string
  problem?: ProblemBody
  /** The reason for the page: signed out, session expired, sign-in needed. */
  notice?: string
}

export function SignInPage({ view, role, next, name = '', problem, notice }: SignInPageProps) {
  const { t } = view
  const operator = role === 'operator'
  const title = operator ? t.signIn.operatorTitle : t.signIn.title
  return (
    <Page view={view} title={title}>
      <div class="narrow">
        <h1>{title}</h1>
        <p class="soft">{operator ? t.signIn.operatorLead : t.signIn.lead}</p>
        {notice !== undefined && (
          <p class="notice" role="status">
            {notice}
          </p>
        )}
        {problem !== undefined && <Failure t={t} problem={problem} />}
        <form class="card" method="post" action={operator ? '/operator/sign-in' : '/sign-in'}>
          <input type="hidden" name="next" value={next} />
          <div class="field">
            <label for="credential">{operator ? t.signIn.secret : t.signIn.key}</label>
            {!operator && (
              <span class="hint" id="credential-hint">
                {t.signIn.keyHint}
              </span>
            )}
            <input
              id="credential"
              name="credential"
              type="password"
              required
              autocomplete="current-password"
              spellcheck={false}
              aria-describedby={operator ? undefined : 'credential-hint'}
              aria-invalid={problem !== undefined ? 'true' : undefined}
            />
          </div>
          {operator && (
            <Field t={t} name="name" label={t.signIn.name} hint={t.signIn.nameHint} required={false}>
              <input
                type="text"
                maxlength={40}
                autocomplete="name"
                value={name}
                {...described('name', t.signIn.nameHint, undefined)}
              />
            </Field>
          )}
          <button class="button primary" type="submit">
            {t.signIn.submit}
          </button>
        </form>
        <p class="small soft more">
          {operator ? (
            <a href="/sign-in">{t.signIn.title}</a>
          ) : (
            <>
              {t.signIn.noKey} <a href="/apply">{t.common.nav.apply}</a> · {t.signIn.operatorLink}{' '}
              <a href="/operator/sign-in">{t.signIn.operatorTitle}</a>
            </>
          )}
        </p>
      </div>
    </Page>
  )
}
