import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { Report } from '../../../../schema/api/reports.ts'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'

interface ReportLinksProps {
  view: View
  report: Report
  others: Evaluation[]
}

/** Links of a report: rows, files, comparison with another evaluation. */
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
    ...(hasEnded(report) ? [{ href: `${api}/export`, label: text.archive }] : []),
  ]
  return (
    <section class="section columns" aria-label={text.downloads}>
      <div class="stack">
        <h2>{text.downloads}</h2>
        <p class="row">
          <a class="button primary" href={`${page}/rows`}>
            {text.browse}
          </a>
          <a class="button" href={`${page}/share`}>
            {view.t.evaluations.share.title}
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
      <div class="stack">
        {(report.models.length > 1 || others.length > 0) && <h2>{view.t.evaluations.compare.title}</h2>}
        {report.models.length > 1 && (
          <p>
            <a class="button" href={`/comparison?evaluation=${encodeURIComponent(report.id)}`}>
              {text.compareModels}
            </a>
          </p>
        )}
        {others.length > 0 && <CompareForm view={view} report={report} others={others} />}
      </div>
    </section>
  )
}

/** Other evaluations to compare with: one gives a side-by-side comparison, several a matrix. */
function CompareForm({ view, report, others }: ReportLinksProps) {
  const text = view.t.evaluations.report
  return (
    <form method="get" action="/comparison">
      <input type="hidden" name="evaluation" value={report.id} />
      <fieldset class="compare-choices">
        <legend>{text.compare}</legend>
        {others.map(({ id, name, model, protocol, created }) => (
          <div class="choice">
            <input type="checkbox" id={`with-${id}`} name="evaluation" value={id} />
            <label for={`with-${id}`}>
              {name}{' '}
              <span class="soft small">
                {model} · {protocol} · <Timestamp at={created * 1000} view={view} />
              </span>
            </label>
          </div>
        ))}
      </fieldset>
      <button class="button" type="submit">
        {text.compareButton}
      </button>
    </form>
  )
}

const hasEnded = ({ status }: Report) => status === 'completed' || status === 'cancelled'
