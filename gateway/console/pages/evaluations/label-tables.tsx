import type { Report } from '../../../../schema/api/reports.ts'
import { CardTables } from '../../components/card-tables.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import type { View } from '../../view.ts'

/** The judge against labels: the model card's two tables and the measures of agreement. */
export function LabelTables({ view, report }: { view: View; report: Report }) {
  const text = view.t.evaluations.report
  const { diff, accuracy, agreement, intervals } = report
  if (diff === null || accuracy === null) return null
  const numbers = (counts: Record<string, number>) => Object.keys(counts).map(Number)
  return (
    <section class="section" aria-labelledby="agreement">
      <h2 id="agreement">{text.agreement}</h2>
      <CardTables
        t={view.t}
        captions={{ diff: text.diffCaption, accuracy: text.accuracyCaption }}
        differences={numbers(diff.counts)}
        labels={numbers(accuracy.counts)}
        rows={[
          {
            name: report.model,
            wrong: diff.wrong,
            diff: { score: diff.score, interval: intervals.diff, counts: Object.values(diff.counts) },
            accuracy: {
              score: accuracy.score,
              interval: intervals.accuracy,
              counts: Object.values(accuracy.counts),
            },
          },
        ]}
      />
      {agreement !== null && (
        <DataTable
          label={text.agreement}
          columns={statisticColumns(view, agreement)}
          rows={Object.keys(text.statistics) as Statistic[]}
          cards={false}
        />
      )}
    </section>
  )
}

type Statistic = keyof View['t']['evaluations']['report']['statistics']

function statisticColumns({ t }: View, agreement: NonNullable<Report['agreement']>): Column<Statistic>[] {
  const text = t.evaluations.report
  return [
    { title: text.statistic, as: 'name', of: (name) => text.statistics[name] },
    { title: text.value, as: 'number', of: (name) => agreement[name]?.toFixed(3) ?? '–' },
    {
      title: text.interval,
      as: 'number',
      of: (name) => agreement.intervals[name]?.map((end) => end.toFixed(2)).join(' – ') ?? '–',
    },
  ]
}
