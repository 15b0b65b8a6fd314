import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import type { View } from '../../view.ts'

interface EvaluationEditorProps {
  view: View
  evaluation: Pick<Evaluation, 'id' | 'name' | 'tags'>
  /** The page to return to. */
  back: string
}

/** Name and tags of an evaluation, changed where they stand. */
export function EvaluationEditor({ view, evaluation, back }: EvaluationEditorProps) {
  const { t, sessions } = view
  const text = t.evaluations.list
  const { id, name, tags } = evaluation
  return (
    <details class="editor">
      <summary aria-label={text.editOne(name)}>{text.edit}</summary>
      <form method="post" action={`/evaluations/${encodeURIComponent(id)}/edit`}>
        {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
        <input type="hidden" name="back" value={back} />
        <label for={`name-${id}`}>{text.name}</label>
        <input id={`name-${id}`} name="name" type="text" required maxlength={200} value={name} />
        <label for={`tags-${id}`}>{text.tags}</label>
        <input id={`tags-${id}`} name="tags" type="text" maxlength={1400} value={tags.join(', ')} />
        <button class="button compact" type="submit">
          {text.save}
        </button>
      </form>
    </details>
  )
}
