import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { CreatedShareLink, ShareLink } from '../../../../schema/api/share-links.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { described, Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'

interface SharePageProps {
  view: View
  evaluation: Evaluation
  links: ShareLink[]
  /** The link that was just made, the only time its address is known. */
  created: CreatedShareLink | null
}

const periods = [1, 7, 30, 90]

/** The links that share a report: make one, see which there are, revoke one. */
export function SharePage({ view, evaluation, links, created }: SharePageProps) {
  const { t, sessions } = view
  const text = t.evaluations.share
  const path = `/evaluations/${encodeURIComponent(evaluation.id)}`
  return (
    <Page view={view} title={text.title}>
      <p>
        <a href={path}>← {evaluation.name}</a>
      </p>
      <PageHead title={text.title} lead={text.lead} />
      {created !== null && (
        <div class="notice" role="status">
          <h2>{text.created}</h2>
          <p>{text.once}</p>
          <p>
            <a href={created.url} rel="noreferrer">
              {created.url}
            </a>
          </p>
        </div>
      )}
      <form class="card" method="post" action={`${path}/share`}>
        {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
        <h2>{text.newLink}</h2>
        <Field t={t} name="days" label={text.expires}>
          <select {...described('days', undefined, undefined)}>
            {periods.map((days) => (
              <option value={days} selected={days === 7}>
                {text.days(days)}
              </option>
            ))}
          </select>
        </Field>
        <div class="choice">
          <input type="checkbox" id="rows" name="rows" value="true" />
          <label for="rows">{text.showRows}</label>
        </div>
        <button class="button primary" type="submit">
          {text.create}
        </button>
      </form>
      <section class="section" aria-labelledby="links">
        <h2 id="links">{text.links}</h2>
        {links.length === 0 ? (
          <p class="empty">{text.none}</p>
        ) : (
          <DataTable label={text.links} columns={getColumns(view, path)} rows={links} />
        )}
      </section>
    </Page>
  )
}

function getColumns(view: View, path: string): Column<ShareLink>[] {
  const text = view.t.evaluations.share
  return [
    { title: text.link, as: 'name', of: ({ id }) => <code>{id}</code> },
    { title: text.shows, of: ({ show_rows: rows }) => (rows ? text.reportAndRows : text.reportAlone) },
    { title: text.made, as: 'moment', of: ({ created_at: at }) => <Timestamp at={at} view={view} /> },
    { title: text.expires, as: 'moment', of: ({ expires_at: at }) => <Timestamp at={at} view={view} /> },
    {
      title: text.revoke,
      of: ({ id }) => (
        <ActionButton
          session={view.sessions.tenant}
          action={`${path}/share/${encodeURIComponent(id)}/revoke`}
          label={text.revoke}
          danger
        />
      ),
    },
  ]
}
