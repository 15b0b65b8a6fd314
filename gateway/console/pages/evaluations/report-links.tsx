import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { Report } from '../../../../schema/api/reports.ts'
import { when } from '../../format.ts'
import type { View } from '../../view.ts'

interface ReportLinksProps {
  view: View
  report: Report
  others: Evaluation[]
}

/** Where to go from a report: its rows, its files, another evaluation beside it. */
export function ReportLinks({ view, report, others }: ReportLinksProps) {
  const text = view.t.evaluations.report
  const page = `/evaluations/${encodeURIComponent(report.id)}`
  const api = `/console/api/v1${page}`
  const files = [
    { href: `${api}/report?format=html&language=${view.language}`, label: text.html },
    { href: `${api}/report?format=markdown&language=${view.language}`, label: text.markdown },
    { href: `${api}/report`, label: text.json },
    { href: `${api}/results?format=csv&bom=true`, label: text.csv },
    { href: `${api}/results`, label: text.jsonl },
  ]
  return (
    <section class="section columns" aria-label={text.downloads}>
      <div class="stack">
        <h2>{text.downloads}</h2>
        <p>
          <a class="button primary" href={`${page}/rows`}>
            {text.browse}
          </a>
        </p>
        <ul>
          {files.map(({ href, label }) => (
            <li>
              <a href={href}>{label}</a>
            </li>
          ))}
        </ul>
      </div>
      {others.length > 0 && (
        <form method="get" action={`${page}/compare`}>
          <h2>{text.compare}</h2>
          <div class="field">
            <label for="with">{view.t.evaluations.title}</label>
            <select id="with" name="with">
              {others.map(({ id, name, model, protocol, created }) => (
                <option value={id}>
                  {name} · {model} · {protocol} · {when(created * 1000, view)}
                </option>
              ))}
            </select>
          </div>
          <button class="button" type="submit">
            {text.compareButton}
          </button>
        </form>
      )}
    </section>
  )
}
