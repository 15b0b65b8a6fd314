import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

/** Why it may stand still. */
export type Delay = 'noNode' | 'stalled'

interface RunProps {
  view: View
  work: Pick<Evaluation, 'id' | 'status' | 'counts' | 'progress' | 'rate' | 'seconds_left' | 'paused_because'>
  /** True if what is left may be judged here. */
  resumable?: boolean
  collection: 'evaluations' | 'audits'
  /** Null where it is unknown. */
  delay: Delay | null
  /** Milliseconds since anything moved. */
  still: number
}

/** Progress, and the way to stop or go on. `client-scripts/progress.js` keeps the numbers current. */
export function Run({ view, work, resumable = true, collection, delay, still }: RunProps) {
  const { t, sessions } = view
  const text = collection === 'audits' ? { ...t.evaluations.run, ...t.audits.run } : t.evaluations.run
  const { unknown, seconds, minutes, stalled, ended } = text
  const { counts } = work
  const running = work.status === 'running' || work.status === 'receiving'
  const paused = work.status === 'paused'
  const waits = work.paused_because
  const action = (step: string) => `/${collection}/${encodeURIComponent(work.id)}/${step}`
  const numbers = [
    { name: 'rated', label: text.rated, value: count(counts.rated, view) },
    { name: 'wrong', label: text.wrong, value: count(counts.wrong, view) },
    { name: 'failed', label: text.failed, value: count(counts.failed, view) },
    { name: 'pending', label: text.pending, value: count(counts.pending, view) },
    ...(running && waits === null
      ? [
          { name: 'rate', label: text.rate, value: work.rate?.toFixed(1) ?? text.unknown },
          { name: 'left', label: text.left, value: timeLeft(work.seconds_left, text) },
        ]
      : []),
  ]
  return (
    <section
      class="card"
      id="run"
      data-collection={collection}
      data-id={work.id}
      data-running={running || undefined}
      data-still={still}
      data-texts={JSON.stringify({ unknown, seconds, minutes, stalled, ended })}
      aria-label={t.evaluations.list.progress}
    >
      <progress max={1} value={work.progress} aria-label={t.evaluations.list.progress}>
        {`${Math.floor(work.progress * 100)}%`}
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
        {resumable && (paused || work.status === 'cancelled' || (!running && counts.failed > 0)) && (
          <ActionButton session={sessions.tenant} action={action('resume')} label={text.resume} />
        )}
        {!running && (
          <a class="button compact danger" href={deletePath(collection, work.id)}>
            {text.remove}
          </a>
        )}
      </div>
    </section>
  )
}

/** The page that asks before something is deleted; evaluations are deleted several at a time. */
const deletePath = (collection: RunProps['collection'], id: string) =>
  collection === 'evaluations'
    ? `/evaluations/delete?id=${encodeURIComponent(id)}`
    : `/audits/${encodeURIComponent(id)}/delete`

/** As `client-scripts/progress.js` says it. */
function timeLeft(seconds: number | null, text: View['t']['evaluations']['run']): string {
  if (seconds === null) return text.unknown
  if (seconds < 90) return `${Math.ceil(seconds)} ${text.seconds}`
  return `${Math.ceil(seconds / 60)} ${text.minutes}`
}
