import type { Texts } from '../../texts/texts.ts'
import type { FormValues } from './application-form.ts'

/** All problems of the form in one list, each with a link to its field. */
export function ProblemSummary({ t, problems }: { t: Texts; problems: FormValues }) {
  const entries = Object.entries(problems)
  if (entries.length === 0) return null
  const fields: Record<string, string> = t.apply.fields
  return (
    <div class="notice wrong" role="alert" id="problems" tabindex={-1}>
      <h2>{t.apply.problems(entries.length)}</h2>
      <ul>
        {entries.map(([name, message]) => (
          <li>
            <a href={`#${name}`}>{fields[name] ?? t.apply.steps.consent}</a>: {message}
          </li>
        ))}
      </ul>
    </div>
  )
}
