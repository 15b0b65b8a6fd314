import { affiliations, type FormField, purposes } from '../../../../schema/api/application.ts'
import { described, Field } from '../../components/field.tsx'
import { toKoreanDay } from '../../format.ts'
import type { Texts } from '../../texts/texts.ts'
import type { FormValues } from './application-form.ts'

interface FormFieldProps {
  t: Texts
  name: FormField
  required: boolean
  values: FormValues
  problems: FormValues
}

const longTexts: Partial<Record<FormField, number>> = {
  reason: 2000,
  objectives: 2000,
  use_cases: 4000,
  security_plan: 4000,
}

/** The `autocomplete` token of a field that has one. */
const autocomplete: Partial<Record<FormField, string>> = {
  name: 'name',
  date_of_birth: 'bday',
  company: 'organization',
  position: 'organization-title',
  email: 'email',
  phone: 'tel',
}
const types: Partial<Record<FormField, string>> = { email: 'email', phone: 'tel', date_of_birth: 'date' }
const lengths: Partial<Record<FormField, number>> = {
  company: 200,
  department: 200,
  email: 254,
  phone: 32,
  model_version: 50,
}

/** Browsers take an address without a dot; the API does not. */
const emailPattern = '[^@\\s]+@[^@\\s]+\\.[^@\\s]{2,}'

/** The latest birthday of a person who is fourteen today. */
function latestBirthday(now: Date): string {
  const day = toKoreanDay(now.toISOString())
  return `${Number(day.slice(0, 4)) - 14}${day.slice(4)}`
}

/** One question of the application form. */
export function FormFieldEntry({ t, name, required, values, problems }: FormFieldProps) {
  if (name === 'affiliation' || name === 'purpose') {
    const options = name === 'affiliation' ? affiliations : purposes
    const words: Record<string, string> = name === 'affiliation' ? t.apply.affiliations : t.apply.purposes
    return <Choice t={t} name={name} options={options} words={words} values={values} problems={problems} />
  }
  if (name === 'over_14') return <Over14 t={t} values={values} problems={problems} />
  const hint = (t.apply.hints as FormValues)[name]
  const problem = problems[name]
  const attributes = { ...described(name, hint, problem), required, autocomplete: autocomplete[name] }
  return (
    <Field t={t} name={name} label={t.apply.fields[name]} required={required} hint={hint} problem={problem}>
      {name in longTexts ? (
        <textarea rows={4} maxlength={longTexts[name]} {...attributes}>
          {values[name]}
        </textarea>
      ) : (
        <input
          type={types[name] ?? 'text'}
          value={values[name]}
          maxlength={lengths[name] ?? 100}
          list={name === 'model' ? 'known-models' : undefined}
          pattern={name === 'email' ? emailPattern : undefined}
          max={name === 'date_of_birth' ? latestBirthday(new Date()) : undefined}
          {...attributes}
        />
      )}
    </Field>
  )
}

interface ChoiceProps {
  t: Texts
  name: FormField
  options: readonly string[]
  words: Record<string, string>
  values: FormValues
  problems: FormValues
}

function Choice({ t, name, options, words, values, problems }: ChoiceProps) {
  const problem = problems[name]
  return (
    <fieldset class="field" aria-describedby={`${name}-problem`}>
      <legend>
        {t.apply.fields[name]}
        <span class="mark">{t.common.required}</span>
      </legend>
      {options.map((option, index) => (
        <div class="choice">
          <input
            type="radio"
            id={index === 0 ? name : `${name}-${option}`}
            name={name}
            value={option}
            checked={values[name] === option}
            required
          />
          <label for={index === 0 ? name : `${name}-${option}`}>{words[option]}</label>
        </div>
      ))}
      <span class="problem" id={`${name}-problem`} hidden={problem === undefined}>
        {problem}
      </span>
    </fieldset>
  )
}

function Over14({ t, values, problems }: { t: Texts; values: FormValues; problems: FormValues }) {
  const problem = problems.over_14
  return (
    <div class="field">
      <div class="choice">
        <input
          type="checkbox"
          checked={values.over_14 === 'on'}
          required
          {...described('over_14', undefined, problem)}
        />
        <label for="over_14">{t.apply.fields.over_14}</label>
      </div>
      <span class="problem" id="over_14-problem" hidden={problem === undefined}>
        {problem}
      </span>
    </div>
  )
}
