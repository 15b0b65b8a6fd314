import { type ErrorCode, errorCodes } from '../../../../schema/api/error-codes.ts'
import { Marked } from '../../components/marked.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { View } from '../../view.ts'

/** Every error code with its meaning and what to check: where `type` and `doc_url` of an error point. */
export function ErrorsPage({ view }: { view: View }) {
  const { t } = view
  return (
    <Page view={view} title={t.docs.errors.title}>
      <PageHead title={t.docs.errors.title} lead={t.docs.errors.lead} />
      <div class="columns with-index">
        <nav class="beside" aria-label={t.docs.contents}>
          <ul class="index">
            {codes.map((code) => (
              <li>
                <a href={`#${code}`}>{code}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="stack">
          {codes.map((code) => {
            const text = t.errors[code] ?? errorCodes[code]
            return (
              <section class="card" id={code} aria-label={code}>
                <h2>{text.title}</h2>
                <p class="row">
                  <code>{code}</code>
                  <span class="tag">HTTP {errorCodes[code].status}</span>
                </p>
                <p>
                  <Marked text={text.meaning} />
                </p>
                <p>
                  <strong>{t.docs.errors.check}</strong> <Marked text={text.check} />
                </p>
              </section>
            )
          })}
        </div>
      </div>
    </Page>
  )
}

const codes = Object.keys(errorCodes) as ErrorCode[]
