import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { Report } from '../../../../schema/api/reports.ts'
import { reportTexts } from '../../../../schema/report/texts/languages.ts'
import { confusionPlot, distributionPlot, intervalPlot } from '../../../evaluations/report/plots.ts'
import { percent } from '../../components/interval.tsx'
import type { View } from '../../view.ts'
import { LabelTables } from './label-tables.tsx'
import { Plot } from './plot.tsx'
import { ReportLinks } from './report-links.tsx'
import { type ScoreLine, ScoreTable } from './score-table.tsx'

interface ReportViewProps {
  view: View
  report: Report
  others: Evaluation[]
}

/** The tables and plots of a report. */
export function ReportView({ view, report, others }: ReportViewProps) {
  const text = view.t.evaluations.report
  const words = reportTexts[view.language]
  return (
    <>
      <section class="section" aria-labelledby="report">
        <h2 id="report">{text.title}</h2>
        {report.notes.length > 0 && (
          <div class="notice careful">
            <h3>{text.notes}</h3>
            <ul>
              {report.notes.map((note) => (
                <li>{note.message}</li>
              ))}
            </ul>
          </div>
        )}
        <ScoreTable
          view={view}
          title={text.score}
          first=""
          lines={[{ ...report.summary, name: report.name }]}
        />
        <OtherProtocol view={view} report={report} />
        {report.consistency !== null && report.consistency.identical !== null && (
          <p>
            {text.consistency}: {text.identical} {percent(report.consistency.identical)}
          </p>
        )}
        <div class="columns">
          <Plot title={text.distribution} drawing={distributionPlot(report.distribution, words)} />
          {report.agreement !== null && (
            <Plot title={text.confusion} drawing={confusionPlot(report.agreement.confusion, words)} />
          )}
        </div>
      </section>
      <LabelTables view={view} report={report} />
      <Breakdown
        view={view}
        id="turns"
        title={text.turns}
        first={text.turn}
        lines={formatTurns(view, report)}
      />
      <Breakdown
        view={view}
        id="categories"
        title={text.categories}
        first={text.category}
        lines={formatCategories(view, report)}
      />
      <Breakdown
        view={view}
        id="models"
        title={text.models}
        first={text.model}
        lines={report.models.map((line) => ({ ...line, name: line.model }))}
      />
      {report.failures.length > 0 && (
        <section class="section" aria-labelledby="failures">
          <h2 id="failures">{text.failures}</h2>
          <ul>
            {report.failures.map(({ code, count, rows }) => (
              <li>
                <a href={`/docs/errors#${code}`}>{code}</a>: {count} ({rows.slice(0, 20).join(', ')})
              </li>
            ))}
          </ul>
        </section>
      )}
      <ReportLinks view={view} report={report} others={others} />
    </>
  )
}

interface BreakdownProps {
  view: View
  id: string
  title: string
  first: string
  lines: ScoreLine[]
}

/** The scores of the rows divided one way, as a table and as a plot of their intervals. */
function Breakdown({ view, id, title, first, lines }: BreakdownProps) {
  if (lines.length < 2) return null
  return (
    <section class="section stack" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ScoreTable view={view} title={title} first={first} lines={lines} />
      <Plot title={view.t.evaluations.list.score} drawing={intervalPlot(lines, reportTexts[view.language])} />
    </section>
  )
}

/** The same file judged by the other protocol, where that was done: how far apart they are. */
function OtherProtocol({ view, report: { other_protocol: other } }: { view: View; report: Report }) {
  if (other === null) return null
  const text = view.t.evaluations.report.other
  const { difference } = other
  return (
    <p class="notice">
      {text.alsoEvaluated(other.protocol)}{' '}
      {other.score !== null && `${view.t.evaluations.report.score} ${percent(other.score)}. `}
      {difference !== null && text.difference(`${difference > 0 ? '+' : ''}${(difference * 100).toFixed(1)}`)}{' '}
      <a href={`/evaluations/${encodeURIComponent(other.id)}`}>{text.open}</a>
    </p>
  )
}

const formatTurns = ({ t }: View, report: Report) =>
  report.turns.map((line) => ({ ...line, name: t.evaluations.report.turnName(line.turn) }))

const formatCategories = (view: View, report: Report) =>
  report.categories.map((line) => ({ ...line, name: line.category ?? view.t.evaluations.report.none }))
