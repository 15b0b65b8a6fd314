import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'
import { type FormValues, problemsByControl } from '../apply/application-form.ts'
import { KeyLimitFields } from './key-limit-fields.tsx'

interface KeyPageProps {
  view: View
  id: string
  values: FormValues
  problem?: ProblemBody
}

/** One key: its name and its own limits, to be changed. */
export function KeyPage({ view, id, values, problem }: KeyPageProps) {
  const { t, sessions } = view
  const text = t.account.keys
  const problems = problemsByControl(
    problem?.errors?.map((error) => ({ ...error, field: error.field.replace(/^limits\./, '') })),
  )
  return (
    <Page view={view} title={text.change}>
      <div class="narrow">
        <p>
          <a href="/keys">← {text.title}</a>
        </p>
        <h1>{text.change}</h1>
        {problem !== undefined && <Failure t={t} problem={problem} />}
        <form class="card" method="post" action={`/keys/${encodeURIComponent(id)}`}>
          {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
          <Field t={t} name="name" label={text.name} hint={text.nameHint} problem={problems.name}>
            <input
              type="text"
              required
              maxlength={100}
              value={values.name}
              {...described('name', text.nameHint, problems.name)}
            />
          </Field>
          <KeyLimitFields view={view} values={values} problems={problems} />
          <p class="soft small">{text.changeHint}</p>
          <button class="button primary" type="submit">
            {text.save}
          </button>
        </form>
      </div>
    </Page>
  )
}
