import { ActionButton } from '../../components/action-button.tsx'
import { Table } from '../../components/table.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import type { ApplicationDetail } from './operator-api.ts'

/** Mails to the applicant, and whether the mail server accepted them. */
export function Mails({ view, application }: { view: View; application: ApplicationDetail }) {
  const { t, sessions } = view
  const text = t.operator.application
  if (application.mails.length === 0) return null
  const templates: Record<string, string> = t.operator.mailTemplates
  const statuses: Record<string, string> = t.operator.mailStatuses
  const failures: Record<string, string> = t.operator.mailFailures
  return (
    <section aria-labelledby="mails">
      <h2 id="mails">{text.mails}</h2>
      <Table label={text.mails}>
        <tbody>
          {application.mails.map((mail) => (
            <tr>
              <th scope="row">{templates[mail.template] ?? mail.template}</th>
              <td>
                <span class={mail.status === 'failed' ? 'tag bad' : 'tag'}>
                  {statuses[mail.status] ?? mail.status}
                </span>
                {mail.failure !== null && failures[mail.failure] !== undefined && (
                  <span class="small"> {failures[mail.failure]}</span>
                )}
              </td>
              <td class="small nowrap">
                <Timestamp at={mail.sent_at ?? mail.created_at} view={view} />
              </td>
              <td>
                <ActionButton
                  session={sessions.operator}
                  action={`/operator/applications/${encodeURIComponent(application.id)}/mails/${encodeURIComponent(mail.id)}`}
                  label={text.resend}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  )
}
