import type { Judgment } from '../../../schema/api/judgments.ts'
import { when } from '../format.ts'
import type { View } from '../view.ts'
import { RatingBars } from './rating-bars.tsx'
import { RatingDial } from './rating-dial.tsx'

interface JudgmentCardProps {
  view: View
  /** Null makes the empty form that `client-scripts/judgment-card.js` fills: one drawing for both. */
  judgment: Judgment | null
}

/** A judgment with all that is known of it. Every value stands in a `data-slot`. */
export function JudgmentCard({ view, judgment }: JudgmentCardProps) {
  const { t } = view
  const text = t.judge.card
  const verdict = judgment?.verdict ?? 'rated'
  const probabilities = judgment?.rating_probabilities ?? null
  return (
    <article class="judgment">
      <div class="judgment-head">
        <RatingDial
          rating={judgment?.rating ?? null}
          label={t.judge.ratingLabel(judgment?.rating ?? null)}
          noRating={t.judge.verdicts.no_rating}
        />
        <dl class="facts">
          <Fact name={text.source} slot="source" value={judgment && text.sources.stored} />
          <Fact name={text.time} slot="time" value={judgment && formatSeconds(judgment)} />
          <Fact name={text.tokens} slot="tokens" value={judgment && formatTokens(judgment)} />
        </dl>
      </div>
      <p class="notice careful" data-slot="verdict" hidden={verdict === 'rated'}>
        {t.judge.verdictHints[verdict]}
      </p>
      <Warnings view={view} judgment={judgment} />
      <div class="explanation" data-slot="explanation" lang="ko">
        {judgment?.explanation}
      </div>
      <section data-slot="probabilities" hidden={probabilities === null}>
        <h3>{text.probabilities}</h3>
        <RatingBars probabilities={probabilities?.probabilities ?? null} />
      </section>
      <Provenance view={view} judgment={judgment} />
    </article>
  )
}

/** What makes this judgment less trustworthy. */
function Warnings({ view, judgment }: JudgmentCardProps) {
  const { t } = view
  const warnings = judgment?.warnings ?? []
  return (
    <section class="notice careful" data-slot="warnings" hidden={warnings.length === 0}>
      <h3>{t.judge.card.warnings}</h3>
      <ul>
        {warnings.map(({ message }) => (
          <li>{message}</li>
        ))}
      </ul>
    </section>
  )
}

function Provenance({ view, judgment }: JudgmentCardProps) {
  const text = view.t.judge.card
  const provenance = judgment?.provenance
  const unknown = text.unknown
  return (
    <details>
      <summary>{text.provenance}</summary>
      <dl class="facts small">
        <Fact name={text.model} slot="model" value={judgment?.model} />
        <Fact name={text.template} slot="template" value={judgment?.template} />
        <Fact name={text.created} slot="created" value={judgment && when(judgment.created * 1000, view)} />
        <Fact name={text.id} slot="id" value={judgment?.id} code />
        <Fact name={text.fingerprint} slot="fingerprint" value={judgment?.fingerprint} code />
        <Fact
          name={text.weights}
          slot="weights"
          value={judgment && (provenance?.weights_digest ?? unknown)}
          code
        />
        <Fact
          name={text.precision}
          slot="precision"
          value={provenance && `${provenance.precision ?? unknown} · ${provenance.provider ?? unknown}`}
        />
        <Fact name={text.node} slot="node" value={provenance?.node} />
        <Fact
          name={text.templateVersion}
          slot="version"
          value={provenance && `${provenance.template_version}`}
        />
        <Fact name={text.prompt} slot="prompt" value={provenance?.prompt_sha256} code />
        <Fact name={text.sampling} slot="sampling" value={judgment && formatSampling(judgment)} />
        <Fact
          name={text.rule}
          slot="rule"
          value={provenance && (provenance.rating_rule ?? view.t.common.none)}
        />
      </dl>
      <h3>{text.raw}</h3>
      <pre class="written" data-slot="text" lang="ko">
        {judgment?.text}
      </pre>
    </details>
  )
}

interface FactProps {
  name: string
  slot: string
  value: string | null | undefined
  code?: boolean
}

function Fact({ name, slot, value, code = false }: FactProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{code ? <code data-slot={slot}>{value}</code> : <span data-slot={slot}>{value}</span>}</dd>
    </>
  )
}

const formatSeconds = ({ provenance }: Judgment) =>
  `${((Date.parse(provenance.completed_at) - Date.parse(provenance.started_at)) / 1000).toFixed(2)} s`

const formatTokens = ({ usage }: Judgment) => `${usage.prompt_tokens} + ${usage.completion_tokens}`

const formatSampling = ({ provenance: { sampling } }: Judgment) =>
  `${sampling.temperature} · ${sampling.top_p} · ${sampling.seed}`
