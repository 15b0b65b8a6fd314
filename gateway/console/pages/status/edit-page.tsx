import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { Session } from '../../sessions/roles.ts'
import type { View } from '../../view.ts'
import { type FormDescription, type FormValues, problemsByControl } from '../apply/application-form.ts'
import { FieldSteps } from '../apply/form-steps.tsx'
import { ProblemSummary } from '../apply/problem-summary.tsx'

interface EditPageProps {
  view: View
  session: Session
  form: FormDescription
  values: FormValues
  problem?: ProblemBody
}

/** The form again, filled in: for as long as the application is open. */
export function EditPage({ view, session, form, values, problem }: EditPageProps) {
  const { t } = view
  const problems = problemsByControl(problem?.errors)
  return (
    <Page view={view} title={t.status.edit}>
      <div class="narrow">
        <PageHead title={t.status.edit} lead={t.status.editEmail} />
        {problem !== undefined && problem.errors === undefined && <Failure t={t} problem={problem} />}
        <ProblemSummary t={t} problems={problems} />
        <form method="post" action="/status/edit" novalidate>
          <CsrfField session={session} />
          <FieldSteps view={view} form={form} values={values} problems={problems} />
          <p class="row">
            <a class="button" href="/status">
              {t.common.back}
            </a>
            <button class="button primary" type="submit">
              {t.apply.save}
            </button>
          </p>
        </form>
      </div>
    </Page>
  )
}
