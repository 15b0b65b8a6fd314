import type { Child } from 'hono/jsx'
import type { Judgment } from '../../../schema/api/judgments.ts'
import type { View } from '../view.ts'
import { RatingBars } from './rating-bars.tsx'
import { RatingDial } from './rating-dial.tsx'
import { Timestamp } from './timestamp.tsx'

/** The cache that served a judgment and the time it took. */
export interface ServedFrom {
  source: 'cache' | 'node' | 'joined' | 'stored'
  /** Time that the reader waited; null shows the time that the node took. */
  milliseconds: number | null
}

interface JudgmentCardProps {
  view: View
  judgment: Judgment
  servedFrom?: ServedFrom
}

/** A judgment with all that is known of it. */
export function JudgmentCard({ view, judgment, servedFrom = stored }: JudgmentCardProps) {
  const { t } = view
  const text = t.judge.card
  const { rating, verdict, explanation, usage } = judgment
  const probabilities = judgment.rating_probabilities ?? null
  return (
    <article class="judgment">
      <div class="judgment-head">
        <RatingDial
          rating={rating}
          label={t.judge.ratingLabel(rating)}
          noRating={t.judge.verdicts.no_rating}
        />
        <dl class="facts">
          <Fact name={text.source}>
            <span data-slot="source">{text.sources[servedFrom.source]}</span>
          </Fact>
          <Fact name={text.time}>
            {formatSeconds(view, servedFrom.milliseconds ?? nodeMilliseconds(judgment))}
          </Fact>
          <Fact name={text.tokens}>{`${usage.prompt_tokens} + ${usage.completion_tokens}`}</Fact>
        </dl>
      </div>
      {verdict !== 'rated' && <p class="notice careful">{t.judge.verdictHints[verdict]}</p>}
      <Warnings view={view} judgment={judgment} />
      <div class="explanation" data-slot="explanation" lang="ko">
        {explanation}
      </div>
      {probabilities !== null && (
        <section>
          <h3>{text.probabilities}</h3>
          <RatingBars probabilities={probabilities.probabilities} />
        </section>
      )}
      <Provenance view={view} judgment={judgment} />
    </article>
  )
}

const stored: ServedFrom = { source: 'stored', milliseconds: null }

/** Caveats that make this judgment less trustworthy. */
function Warnings({ view, judgment: { warnings } }: Pick<JudgmentCardProps, 'view' | 'judgment'>) {
  if (warnings.length === 0) return null
  return (
    <section class="notice careful">
      <h3>{view.t.judge.card.warnings}</h3>
      <ul>
        {warnings.map(({ message }) => (
          <li>{message}</li>
        ))}
      </ul>
    </section>
  )
}

function Provenance({ view, judgment }: Pick<JudgmentCardProps, 'view' | 'judgment'>) {
  const text = view.t.judge.card
  const { model, template, created, id, fingerprint, provenance } = judgment
  const { temperature, top_p: topP, seed } = provenance.sampling
  const unknown = text.unknown
  return (
    <details>
      <summary>{text.provenance}</summary>
      <dl class="facts small">
        <Fact name={text.model}>
          <span data-slot="model">{model}</span>
        </Fact>
        <Fact name={text.template}>{template}</Fact>
        <Fact name={text.created}>
          <Timestamp at={created * 1000} view={view} />
        </Fact>
        <Fact name={text.id}>
          <code>{id}</code>
        </Fact>
        <Fact name={text.fingerprint}>
          <code>{fingerprint}</code>
        </Fact>
        <Fact name={text.weights}>
          <code>{provenance.weights_digest ?? unknown}</code>
        </Fact>
        <Fact name={text.precision}>
          {`${provenance.precision ?? unknown} · ${provenance.provider ?? unknown}`}
        </Fact>
        <Fact name={text.node}>{provenance.node}</Fact>
        <Fact name={text.templateVersion}>{`${provenance.template_version}`}</Fact>
        <Fact name={text.prompt}>
          <code>{provenance.prompt_sha256}</code>
        </Fact>
        <Fact name={text.sampling}>{`${temperature} · ${topP} · ${seed}`}</Fact>
        <Fact name={text.rule}>{provenance.rating_rule ?? view.t.common.none}</Fact>
      </dl>
      <h3>{text.raw}</h3>
      <pre class="written" lang="ko">
        {judgment.text}
      </pre>
    </details>
  )
}

function Fact({ name, children }: { name: string; children: Child }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

const nodeMilliseconds = ({ provenance }: Judgment) =>
  Date.parse(provenance.completed_at) - Date.parse(provenance.started_at)

const formatSeconds = ({ t }: View, milliseconds: number) =>
  t.judge.card.seconds((milliseconds / 1000).toFixed(2))
