import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { View } from '../../view.ts'
import { type FormDescription, type FormValues, problemsByControl } from './application-form.ts'
import { ConsentStep, FieldSteps } from './form-steps.tsx'
import { ProblemSummary } from './problem-summary.tsx'

interface ApplyPageProps {
  view: View
  form: FormDescription
  values: FormValues
  problem?: ProblemBody
}

const steps = ['person', 'use', 'care', 'consent'] as const

/** The application form. Without script it is one long page; with it, four steps. */
export function ApplyPage({ view, form, values, problem }: ApplyPageProps) {
  const { t } = view
  const problems = problemsByControl(problem?.errors)
  return (
    <Page view={view} title={t.apply.title} scripts={['apply.js']}>
      <div class="narrow">
        <PageHead title={t.apply.title} lead={t.apply.lead} />
        <ol class="progress" id="progress" aria-label={t.apply.progress} hidden>
          {steps.map((step) => (
            <li data-step={step}>{t.apply.steps[step]}</li>
          ))}
        </ol>
        {problem !== undefined && problem.errors === undefined && <Failure t={t} problem={problem} />}
        <ProblemSummary t={t} problems={problems} />
        <form
          method="post"
          action="/apply"
          id="apply"
          data-invalid={JSON.stringify(t.apply.invalid)}
          data-step-words={JSON.stringify(steps.map((_, index) => t.apply.step(index + 1, steps.length)))}
          data-sent={problem === undefined ? undefined : 'true'}
          novalidate
        >
          <FieldSteps view={view} form={form} values={values} problems={problems} />
          <ConsentStep view={view} form={form} values={values} problems={problems} />
          <p class="row">
            <button class="button" type="button" id="previous" hidden>
              {t.apply.previous}
            </button>
            <button class="button primary" type="button" id="next" hidden>
              {t.apply.next}
            </button>
            <button class="button primary" type="submit" id="submit">
              {t.apply.submit}
            </button>
            <span class="soft small" id="step-words" role="status" />
          </p>
        </form>
        <p class="soft small" id="draft-note" hidden>
          {t.apply.draft}
        </p>
        {form.turnstile_site_key !== null && (
          <script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer />
        )}
      </div>
    </Page>
  )
}
