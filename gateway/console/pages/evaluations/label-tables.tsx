import type { Report } from '../../../../schema/api/evaluations.ts'
import { Interval } from '../../components/interval.tsx'
import { Table } from '../../components/table.tsx'
import type { View } from '../../view.ts'

/** The judge against labels: the model card's two lines and the measures of agreement. */
export function LabelTables({ view, report }: { view: View; report: Report }) {
  const text = view.t.evaluations.report
  const { diff, accuracy, agreement, intervals } = report
  if (diff === null || accuracy === null) return null
  const lines = [
    { name: text.diff, line: diff, interval: intervals.diff },
    { name: text.accuracy, line: accuracy, interval: intervals.accuracy },
  ]
  return (
    <section class="section" aria-label={text.agreement}>
      <Table label={text.agreement}>
        <thead>
          <tr>
            <th scope="col">{text.agreement}</th>
            <th scope="col" class="number">
              {text.score} [{text.interval}]
            </th>
            <th scope="col">{text.counts}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, line, interval }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="number">
                {line.score === null ? '–' : <Interval share={line.score} interval={interval} />}
              </td>
              <td class="small">
                {Object.entries(line.counts)
                  .map(([key, value]) => `${key}: ${value}`)
                  .join(' · ')}
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      {agreement !== null && (
        <Table label={text.agreement}>
          <tbody>
            {(Object.keys(text.statistics) as (keyof typeof text.statistics)[]).map((name) => (
              <tr>
                <th scope="row">{text.statistics[name]}</th>
                <td class="number">{agreement[name]?.toFixed(3) ?? '–'}</td>
                <td class="number soft">
                  {agreement.intervals[name]?.map((end) => end.toFixed(2)).join(' – ') ?? ''}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  )
}
