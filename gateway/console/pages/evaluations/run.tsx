import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

/** Why it may stand still. */
export type Delay = 'noNode' | 'stalled'

interface RunProps {
  view: View
  evaluation: Evaluation
  /** Null where nothing of the kind can be told. */
  delay: Delay | null
  /** Milliseconds since anything moved. */
  still: number
}

/** Progress, and the way to stop or go on. `client-scripts/progress.js` keeps the numbers current. */
export function Run({ view, evaluation, delay, still }: RunProps) {
  const { t, sessions } = view
  const text = t.evaluations.run
  const { unknown, seconds, minutes, stalled, ended } = text
  const { counts } = evaluation
  const running = evaluation.status === 'running' || evaluation.status === 'receiving'
  const paused = evaluation.status === 'paused'
  const waits = evaluation.paused_because
  const action = (step: string) => `/evaluations/${encodeURIComponent(evaluation.id)}/${step}`
  const numbers = [
    { name: 'rated', label: text.rated, value: count(counts.rated, view) },
    { name: 'wrong', label: text.wrong, value: count(counts.wrong, view) },
    { name: 'failed', label: text.failed, value: count(counts.failed, view) },
    { name: 'pending', label: text.pending, value: count(counts.pending, view) },
    ...(running && waits === null
      ? [
          { name: 'rate', label: text.rate, value: evaluation.rate?.toFixed(1) ?? text.unknown },
          { name: 'left', label: text.left, value: timeLeft(evaluation.seconds_left, text) },
        ]
      : []),
  ]
  return (
    <section
      class="card"
      id="run"
      data-id={evaluation.id}
      data-running={running || undefined}
      data-still={still}
      data-texts={JSON.stringify({ unknown, seconds, minutes, stalled, ended })}
      aria-label={t.evaluations.list.progress}
    >
      <progress max={1} value={evaluation.progress} aria-label={t.evaluations.list.progress}>
        {`${Math.floor(evaluation.progress * 100)}%`}
      </progress>
      <div id="delay" role="status">
        {delay !== null && waits === null && <p class="notice careful">{text[delay]}</p>}
        {waits !== null && <p class="notice careful">{text.pausedBecause[waits]}</p>}
      </div>
      <dl class="numbers">
        {numbers.map(({ name, label, value }) => (
          <div>
            <dt>{label}</dt>
            <dd data-slot={name}>{value}</dd>
          </div>
        ))}
      </dl>
      <div class="row">
        {(running || paused) && (
          <ActionButton session={sessions.tenant} action={action('cancel')} label={text.cancel} />
        )}
        {running && <span class="soft small">{text.cancelHint}</span>}
        {running && (
          <button class="quiet" type="button" id="notify" hidden>
            {text.notify}
          </button>
        )}
        {(paused || evaluation.status === 'cancelled' || (!running && counts.failed > 0)) && (
          <ActionButton session={sessions.tenant} action={action('resume')} label={text.resume} />
        )}
        {!running && (
          <details>
            <summary>{text.remove}</summary>
            <p>{text.removeText}</p>
            <ActionButton session={sessions.tenant} action={action('delete')} label={text.remove} danger />
          </details>
        )}
      </div>
    </section>
  )
}

/** As `client-scripts/progress.js` says it. */
function timeLeft(seconds: number | null, text: View['t']['evaluations']['run']): string {
  if (seconds === null) return text.unknown
  if (seconds < 90) return `${Math.ceil(seconds)} ${text.seconds}`
  return `${Math.ceil(seconds / 60)} ${text.minutes}`
}
