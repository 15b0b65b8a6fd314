import type { AuditComparison } from '../../../../schema/api/audits.ts'
import { buildAuditComparisonTables } from '../../../../schema/report/audit/tables.ts'
import { auditTexts } from '../../../../schema/report/audit/texts.ts'
import { Page } from '../../components/page.tsx'
import { ReportTable } from '../../components/report-table.tsx'
import type { View } from '../../view.ts'

/** Two judges on the same cases. */
export function CompareAuditsPage({ view, comparison }: { view: View; comparison: AuditComparison }) {
  const words = auditTexts[view.language]
  const { first, second } = comparison
  const title = words.comparison(first.model, second.model)
  const api = `/console/api/v1/audits/${encodeURIComponent(first.id)}/compare/${encodeURIComponent(second.id)}`
  const { report } = view.t.evaluations
  return (
    <Page view={view} title={title}>
      <p>
        <a href={`/audits/${encodeURIComponent(first.id)}`}>← {first.name}</a>
      </p>
      <h1>{title}</h1>
      <p>
        <Side name={words.first} side={first} /> ↔ <Side name={words.second} side={second} />
      </p>
      <p>
        <a href={`${api}?format=html&language=${view.language}`}>{report.html}</a> ·{' '}
        <a href={`${api}?format=markdown&language=${view.language}`}>{report.markdown}</a>
      </p>
      <div class="stack">
        {buildAuditComparisonTables(comparison, words).map((table) => (
          <ReportTable table={table} heading="h2" />
        ))}
      </div>
    </Page>
  )
}

function Side({ name, side }: { name: string; side: AuditComparison['first'] }) {
  return (
    <span>
      {name}: <a href={`/audits/${encodeURIComponent(side.id)}`}>{side.name}</a> ({side.model})
    </span>
  )
}
