import { CopiedCode } from '../../components/copied.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'
import { ExampleJudgmentCard } from './example-judgment-card.tsx'
import { firstCall } from './first-call.ts'
import { ModelCardTables } from './model-card-tables.tsx'

interface StartPageProps {
  view: View
  origin: string
  /** The model of the sample call. */
  model: string
}

export function StartPage({ view, origin, model }: StartPageProps) {
  const { t } = view
  const { start } = t
  const sessionApi = view.sessions.tenant !== null
  return (
    <Page view={view} title={start.title} scripts={['copy.js']}>
      <div class="hero">
        <div>
          <h1>{start.headline}</h1>
          <p class="lead">{start.lead}</p>
          <p class="row">
            {!sessionApi && (
              <a class="button primary" href="/apply">
                {start.apply}
              </a>
            )}
            <a class={sessionApi ? 'button primary' : 'button'} href="/judge">
              {start.tryIt}
            </a>
          </p>
        </div>
        <ExampleJudgmentCard view={view} />
      </div>

      <section class="section" aria-labelledby="access">
        <h2 id="access">{start.access.title}</h2>
        <ol class="steps">
          {start.access.steps.map(({ title, text }) => (
            <li>
              <h3>{title}</h3>
              <p class="soft">{text}</p>
            </li>
          ))}
        </ol>
      </section>

      <section class="section columns" aria-labelledby="call">
        <div>
          <h2 id="call">{start.call.title}</h2>
          <p class="soft">{start.call.lead}</p>
          <p>
            <a href="/docs">{start.call.docs}</a>
          </p>
        </div>
        <div>
          <CopiedCode t={t} id="first-call" code={firstCall(origin, model)} />
        </div>
      </section>

      <section class="section" aria-labelledby="promises">
        <h2 id="promises">{start.promises.title}</h2>
        <div class="steps">
          {start.promises.items.map(({ title, text }) => (
            <div>
              <h3>{title}</h3>
              <p class="soft">{text}</p>
            </div>
          ))}
        </div>
      </section>

      <ModelCardTables t={t} />

      <section class="section" aria-labelledby="licences">
        <h2 id="licences">{start.licences.title}</h2>
        <p class="soft narrow">{start.licences.lead}</p>
        <dl class="facts">
          {start.licences.items.map(({ model, text }) => (
            <>
              <dt>
                <strong>{model}</strong>
              </dt>
              <dd>{text}</dd>
            </>
          ))}
        </dl>
      </section>
    </Page>
  )
}
