import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'
import { type FormValues, problemsByControl } from '../apply/application-form.ts'

/** The numbers of a plan, in the order they are shown. */
export const planNumbers = [
  'requests_per_minute',
  'concurrent',
  'tokens_per_day',
  'evaluation_rows',
  'retention_days',
] as const

interface PlanPageProps {
  view: View
  id: string
  values: FormValues
  problem?: ProblemBody
}

/** The limits of a plan, to be changed for everybody who has it. */
export function PlanPage({ view, id, values, problem }: PlanPageProps) {
  const { t, sessions } = view
  const text = t.operator.tenants
  const problems = problemsByControl(problem?.errors)
  const labels = {
    requests_per_minute: text.perMinute,
    concurrent: text.concurrent,
    tokens_per_day: text.tokens,
    evaluation_rows: text.rows,
    retention_days: text.retention,
  }
  return (
    <Page view={view} title={`${text.plan} ${values.name ?? id}`}>
      <div class="narrow">
        <p>
          <a href="/operator/tenants">← {text.title}</a>
        </p>
        <h1>
          {text.plan} <code>{id}</code>
        </h1>
        {problem !== undefined && <Failure t={t} problem={problem} />}
        <form class="card" method="post" action={`/operator/plans/${encodeURIComponent(id)}`}>
          {sessions.operator !== null && <CsrfField session={sessions.operator} />}
          <Field t={t} name="name" label={text.planName} problem={problems.name}>
            <input
              type="text"
              required
              maxlength={100}
              value={values.name}
              {...described('name', undefined, problems.name)}
            />
          </Field>
          <div class="pair">
            {planNumbers.map((name) => (
              <Field t={t} name={name} label={labels[name]} problem={problems[name]}>
                <input
                  type="number"
                  required
                  min="1"
                  value={values[name]}
                  {...described(name, undefined, problems[name])}
                />
              </Field>
            ))}
          </div>
          <Field t={t} name="models" label={text.planModels} problem={problems.models}>
            <input type="text" value={values.models} {...described('models', undefined, problems.models)} />
          </Field>
          <p class="soft small">{text.planHint}</p>
          <button class="button primary" type="submit">
            {text.planSave}
          </button>
        </form>
      </div>
    </Page>
  )
}
