import { Page } from '../components/page.tsx'
import { PageHead } from '../components/page-head.tsx'
import type { View } from '../view.ts'
import type { FormDescription } from './apply/application-form.ts'

interface PrivacyPageProps {
  view: View
  consents: FormDescription['consents']
}

/** The data kept about people and their requests, with its retention. */
export function PrivacyPage({ view, consents }: PrivacyPageProps) {
  const { t, language } = view
  const text = t.privacy
  return (
    <Page view={view} title={text.title}>
      <div class="narrow">
        <PageHead title={text.title} lead={text.lead} />
        <section class="section">
          <h2>{text.judged}</h2>
          <ul>
            {text.judgedPoints.map((point) => (
              <li>{point}</li>
            ))}
          </ul>
        </section>
        <section class="section">
          <h2>{text.cookies}</h2>
          <p>{text.cookiesText}</p>
        </section>
        <section class="section">
          <h2>{text.applicants}</h2>
          {consents.map((consent) => {
            const [title, ...lines] = consent[language].split('\n')
            return (
              <>
                <h3>{title}</h3>
                <p class="written">{lines.join('\n')}</p>
              </>
            )
          })}
        </section>
      </div>
    </Page>
  )
}
