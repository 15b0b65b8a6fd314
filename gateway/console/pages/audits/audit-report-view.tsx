import type { AuditExample, AuditReport } from '../../../../schema/api/audits.ts'
import type { AuditTexts } from '../../../../schema/report/audit/en.ts'
import { buildFindingTables, buildReasonsTable } from '../../../../schema/report/audit/tables.ts'
import { auditTexts, toProbeTitle } from '../../../../schema/report/audit/texts.ts'
import { decimal, percent } from '../../../../schema/report/table.ts'
import { ReportTable } from '../../components/report-table.tsx'
import type { View } from '../../view.ts'

/** The uses of the judge, the worst examples, and every table. */
export function AuditReportView({ view, report }: { view: View; report: AuditReport }) {
  const words = auditTexts[view.language]
  const { drift, summary } = report
  const moved = drift !== null && drift.causes.length > 0
  const examples = report.probes.filter(({ worst }) => worst.length > 0)
  return (
    <>
      <section class="section" aria-labelledby="use">
        <h2 id="use">{words.use}</h2>
        <ul class={moved ? 'notice careful' : undefined}>
          {summary.map((line) => (
            <li>{line}</li>
          ))}
          {drift !== null && <li>{words.falseAlarm(percent(drift.false_alarm))}</li>}
        </ul>
      </section>
      <section class="section stack" aria-label={view.t.evaluations.report.title}>
        {buildFindingTables(report, words).map((table) => (
          <ReportTable table={table} />
        ))}
      </section>
      {examples.length > 0 && (
        <section class="section stack" aria-labelledby="examples">
          <h2 id="examples">{words.examples}</h2>
          {examples.map(({ probe, worst }) => (
            <details class="card">
              <summary>{toProbeTitle(probe, words)}</summary>
              {worst.map((example) => (
                <Example example={example} words={words} />
              ))}
            </details>
          ))}
        </section>
      )}
      <section class="section">
        <ReportTable table={buildReasonsTable(report, words)} />
      </section>
    </>
  )
}

/** A row and its variant side by side. */
function Example({ example, words }: { example: AuditExample; words: AuditTexts }) {
  const { row_id: id, question, original, variant } = example
  return (
    <section>
      <h3>
        {words.row} {id} · {decimal(original.rating)} → {decimal(variant.rating)}
      </h3>
      <h4>{words.question}</h4>
      <pre class="source">{question}</pre>
      <div class="columns">
        <Side name={words.original} side={original} words={words} />
        <Side name={words.variant} side={variant} words={words} />
      </div>
    </section>
  )
}

function Side({ name, side, words }: { name: string; side: AuditExample['original']; words: AuditTexts }) {
  return (
    <div>
      <h4>
        {name} · {words.rating} {decimal(side.rating)}
      </h4>
      <pre class="source">{side.answer}</pre>
      <h5>{words.explanation}</h5>
      <pre class="source">{side.explanation ?? words.none}</pre>
    </div>
  )
}
