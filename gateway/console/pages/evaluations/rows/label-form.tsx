import type { EvaluationRow, RowTurn } from '../../../../../schema/api/evaluation-rows.ts'
import { CsrfField } from '../../../components/csrf-field.tsx'
import type { View } from '../../../view.ts'

interface LabelFormProps {
  view: View
  row: EvaluationRow
  turn: RowTurn
  action: (step: string) => string
}

/** The rating that a person gives to a turn, with a note. */
export function LabelForm({ view, row, turn, action }: LabelFormProps) {
  const { t, sessions } = view
  const text = t.evaluations.rows
  const given = turn.labelled_by_hand
  const id = (name: string) => `${name}-${turn.turn}`
  return (
    <section class="labelling">
      <form method="post" action={action('label')}>
        {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
        <input type="hidden" name="turn" value={String(turn.turn)} />
        <input type="hidden" name="next" value={row.place?.next ?? ''} />
        <div class="label-fields">
          <div>
            <label for={id('label')}>{text.yourLabel}</label>
            <input
              id={id('label')}
              name="label"
              type="number"
              min="0"
              max="10"
              step="any"
              required
              value={given?.label}
            />
          </div>
          <div>
            <label for={id('note')}>{text.note}</label>
            <input id={id('note')} name="note" type="text" maxlength={2000} value={given?.note} />
          </div>
        </div>
        <p class="row">
          <button class="button compact primary" type="submit" name="then" value="next">
            {row.place?.next == null ? text.save : text.saveAndNext}
          </button>
          {row.place?.next != null && (
            <button class="button compact" type="submit" name="then" value="stay">
              {text.save}
            </button>
          )}
        </p>
      </form>
      {given !== null && (
        <form method="post" action={action('unlabel')}>
          {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
          <input type="hidden" name="turn" value={String(turn.turn)} />
          <button class="quiet" type="submit">
            {text.unlabel}
          </button>
        </form>
      )}
    </section>
  )
}
