import { Table } from '../../components/table.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import { type ApplicationStatus, getStage, stages } from './application-status.ts'

/** The way from the form to the key, and how far this application has come. */
export function Stages({ view, status }: { view: View; status: string }) {
  const { t } = view
  const current = getStage(status)
  if (current === -1) return null
  return (
    <ol class="progress" aria-label={t.status.way}>
      {stages.map((stage, index) => (
        <li
          class={status === 'rejected' && index === current ? 'stopped' : undefined}
          data-done={index < current || undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          {t.status.wayNames[stage]}
        </li>
      ))}
    </ol>
  )
}

/** Every step that was made, by whom and when. */
export function ApplicationHistory({ view, history }: { view: View; history: ApplicationStatus['history'] }) {
  const { t } = view
  const events: Record<string, string> = t.status.events
  const parties: Record<string, string> = t.status.by
  if (history.length === 0) return null
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t.status.history}</h2>
      <Table label={t.status.history}>
        <tbody>
          {history.map(({ at, event, by }) => (
            <tr>
              <th scope="row">{events[event] ?? event}</th>
              <td>{parties[by] ?? by}</td>
              <td class="nowrap">
                <Timestamp at={at} view={view} />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  )
}
