import type { Language } from '../../../../schema/api/application.ts'
import { described } from '../../components/field.tsx'
import type { View } from '../../view.ts'
import { modelCard } from '../start/model-card.ts'
import { type FormDescription, type FormValues, stepFields } from './application-form.ts'
import { FormFieldEntry } from './form-field.tsx'

interface StepProps {
  view: View
  form: FormDescription
  values: FormValues
  problems: FormValues
}

/** Questions about the applicant and the plan, as three steps of fields. */
export function FieldSteps({ view, form, values, problems }: StepProps) {
  const { t } = view
  return (['person', 'use', 'care'] as const).map((step) => (
    <fieldset class="step" data-step={step}>
      <legend>
        <h2>{t.apply.steps[step]}</h2>
      </legend>
      {stepFields[step]
        .filter((name) => form.fields[name] !== 'absent')
        .map((name) => (
          <div data-field={name}>
            <FormFieldEntry
              t={t}
              name={name}
              required={form.fields[name] === 'required'}
              values={values}
              problems={problems}
            />
          </div>
        ))}
      {step === 'use' && <KnownModels />}
    </fieldset>
  ))
}

function KnownModels() {
  return (
    <datalist id="known-models">
      {modelCard.map(({ model }) => (
        <option value={model} />
      ))}
    </datalist>
  )
}

/** The consents, each on its own, in full. */
export function ConsentStep({ view, form, values, problems }: StepProps) {
  const { t, language } = view
  return (
    <fieldset class="step" data-step="consent">
      <legend>
        <h2>{t.apply.steps.consent}</h2>
      </legend>
      <p>{t.apply.consentLead}</p>
      <input type="hidden" name="consent_version" value={form.consent_version} />
      {form.consents.some(({ kind }) => kind === 'overseas') && (
        <input type="hidden" name="asks_overseas" value="yes" />
      )}
      {form.consents.map((consent) => (
        <Consent view={view} consent={consent} language={language} values={values} problems={problems} />
      ))}
      {form.turnstile_site_key !== null && (
        <div class="cf-turnstile" data-sitekey={form.turnstile_site_key} data-language={language} />
      )}
      <span class="problem" id="turnstile_token-problem" hidden={problems.turnstile_token === undefined}>
        {problems.turnstile_token}
      </span>
    </fieldset>
  )
}

interface ConsentProps {
  view: View
  consent: FormDescription['consents'][number]
  language: Language
  values: FormValues
  problems: FormValues
}

function Consent({ view, consent, language, values, problems }: ConsentProps) {
  const { t } = view
  const name = `consent_${consent.kind}`
  const problem = problems[name]
  const [title, ...text] = consent[language].split('\n')
  return (
    <section class="card consent" aria-labelledby={`${name}-title`}>
      <h3 id={`${name}-title`}>{title}</h3>
      <p class="written small">{text.join('\n')}</p>
      <div class="choice">
        <input
          type="checkbox"
          checked={values[name] === 'on'}
          required={consent.required}
          data-consent={consent.required ? 'required' : 'optional'}
          {...described(name, undefined, problem)}
          aria-describedby={`${name}-title ${name}-problem`}
        />
        <label for={name}>
          <strong>{consent.required ? t.apply.agree : t.apply.agreeOptional}</strong>
        </label>
      </div>
      <span class="problem" id={`${name}-problem`} hidden={problem === undefined}>
        {problem}
      </span>
    </section>
  )
}
