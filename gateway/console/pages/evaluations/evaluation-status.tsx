import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { Texts } from '../../texts/texts.ts'

const tones = {
  receiving: 'tag',
  running: 'tag wait',
  paused: 'tag bad',
  completed: 'tag good',
  cancelled: 'tag bad',
}

export function EvaluationStatus({ t, status }: { t: Texts; status: Evaluation['status'] }) {
  return <span class={tones[status]}>{t.evaluations.statuses[status]}</span>
}
