import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { View } from '../../view.ts'
import { ConfirmPage } from '../confirm-page.tsx'

/** An evaluation that is about to be deleted, with how many open links share its report. */
export interface EvaluationToDelete {
  evaluation: Evaluation
  shareLinks: number
}

/** Asks before evaluations are deleted, and names what else goes with each. */
export function DeletePage({ view, evaluations }: { view: View; evaluations: EvaluationToDelete[] }) {
  const text = view.t.evaluations.remove
  return (
    <ConfirmPage
      view={view}
      session={view.sessions.tenant}
      title={text.title(evaluations.length)}
      subject={text.subject}
      consequence={text.consequence}
      button={text.button(evaluations.length)}
      danger
      action="/evaluations/delete"
      back="/evaluations"
      list={
        <ul>
          {evaluations.map(({ evaluation, shareLinks }) => (
            <li>
              <input type="hidden" name="id" value={evaluation.id} />
              <a href={`/evaluations/${encodeURIComponent(evaluation.id)}`}>{evaluation.name}</a>
              <Effects view={view} evaluation={evaluation} shareLinks={shareLinks} />
            </li>
          ))}
        </ul>
      }
    />
  )
}

function Effects({ view, evaluation, shareLinks }: EvaluationToDelete & { view: View }) {
  const text = view.t.evaluations.remove
  const { status, baseline_for: baselines, audit } = evaluation
  const effects = [
    ...(status === 'running' || status === 'paused' ? [text.running] : []),
    ...(baselines.length > 0 ? [text.baseline(baselines.join(', '))] : []),
    ...(shareLinks > 0 ? [text.shared(shareLinks)] : []),
    ...(audit !== null ? [text.audit] : []),
  ]
  if (effects.length === 0) return null
  return (
    <ul class="small">
      {effects.map((effect) => (
        <li>{effect}</li>
      ))}
    </ul>
  )
}
