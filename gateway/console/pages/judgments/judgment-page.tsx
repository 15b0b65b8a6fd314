import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { Replay } from '../../../../schema/api/judgments.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { Failure } from '../../components/failure.tsx'
import { JudgmentCard } from '../../components/judgment-card.tsx'
import { Page } from '../../components/page.tsx'
import { RatingTag } from '../../components/rating-tag.tsx'
import type { View } from '../../view.ts'
import { type StoredJudgment, toTurns } from './stored-judgment.ts'

interface JudgmentPageProps {
  view: View
  judgment: StoredJudgment
  /** The judgment made once more, when that was just asked for. */
  replay?: Replay
  problem?: ProblemBody
}

/** One stored judgment: the judged texts, the explanation, and whether a replay gives the same. */
export function JudgmentPage({ view, judgment, replay, problem }: JudgmentPageProps) {
  const { t, sessions } = view
  const action = (step: string) => `/judgments/${encodeURIComponent(judgment.id)}/${step}`
  return (
    <Page view={view} title={t.judgments.one}>
      <p>
        <a href="/judgments">← {t.judgments.title}</a>
      </p>
      <h1 class="visually-hidden">{t.judgments.one}</h1>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {replay !== undefined && <Replayed view={view} replay={replay} />}
      <div class="columns with-side">
        <div class="card">
          <h2 class="visually-hidden">{t.judge.result.title}</h2>
          <Judged view={view} judgment={judgment} />
          <JudgmentCard view={view} judgment={judgment} />
        </div>
        <div class="stack">
          <section class="card" aria-labelledby="again">
            <h2 id="again">{t.judgments.again}</h2>
            <p class="soft small">{t.judgments.replayText}</p>
            <div class="row">
              <ActionButton session={sessions.tenant} action={action('replay')} label={t.judgments.replay} />
              <a href={`/judge?from=${encodeURIComponent(judgment.id)}`}>{t.judgments.reopen}</a>
            </div>
          </section>
          <details class="card">
            <summary>{t.judgments.delete}</summary>
            <p>{t.judgments.deleteText}</p>
            <ActionButton
              session={sessions.tenant}
              action={action('delete')}
              label={t.judgments.delete}
              danger
            />
          </details>
        </div>
      </div>
    </Page>
  )
}

function Judged({ view, judgment }: { view: View; judgment: StoredJudgment }) {
  const { form } = view.t.judge
  return (
    <>
      {toTurns(judgment).map(({ question, answer, reference }) => (
        <dl class="quoted" lang="ko">
          <dt>{form.question}</dt>
          <dd>{question}</dd>
          <dt>{form.answer}</dt>
          <dd>{answer}</dd>
          {reference !== undefined && (
            <>
              <dt>{form.reference}</dt>
              <dd>{reference}</dd>
            </>
          )}
        </dl>
      ))}
    </>
  )
}

function Replayed({ view, replay }: { view: View; replay: Replay }) {
  const { t } = view
  const { outcome, same_weights: same, judgment } = replay
  return (
    <section class={outcome === 'identical' ? 'notice' : 'notice careful'} role="status">
      <h2>{t.judgments.outcomes[outcome]}</h2>
      <p>
        {same === null
          ? t.judgments.weights.unknown
          : same
            ? t.judgments.weights.same
            : t.judgments.weights.changed}
      </p>
      {outcome !== 'identical' && (
        <>
          <p>
            <RatingTag t={t} rating={judgment.rating} verdict={judgment.verdict} />
          </p>
          <div class="explanation" lang="ko">
            {judgment.explanation}
          </div>
        </>
      )}
    </section>
  )
}
