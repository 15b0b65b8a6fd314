import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import type { ApplicationDetail } from './operator-api.ts'

interface RequestTextProps {
  view: View
  title: string
  application: ApplicationDetail
}

/** The purpose of an application in the applicant's words, with later questions and answers. */
export function RequestText({ view, title, application }: RequestTextProps) {
  const { t } = view
  const words: Record<string, string> = { ...t.apply.affiliations, ...t.apply.purposes }
  return (
    <section class="card">
      <h2>{title}</h2>
      {application.request === null ? (
        <p class="soft">
          {application.status === 'submitted'
            ? t.operator.application.unconfirmed
            : t.operator.application.gone}
        </p>
      ) : (
        <dl class="quoted">
          {Object.entries(application.request).map(([name, value]) => (
            <>
              <dt>{(t.apply.fields as Record<string, string>)[name] ?? name}</dt>
              <dd>{name === 'affiliation' || name === 'purpose' ? (words[value] ?? value) : value}</dd>
            </>
          ))}
        </dl>
      )}
      {application.messages.length > 0 && (
        <>
          <h3>{t.operator.application.messages}</h3>
          <dl class="quoted">
            {application.messages.map(({ from, text, at }) => (
              <>
                <dt>
                  {t.status.by[from]} · <Timestamp at={at} view={view} />
                </dt>
                <dd>{text}</dd>
              </>
            ))}
          </dl>
        </>
      )}
    </section>
  )
}
