import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import { Page } from '../../../components/page.tsx'
import type { View } from '../../../view.ts'

/** The answering models that a file has rows of. */
export const modelsIn = ({ preview }: Evaluation): string[] => Object.keys(preview?.models ?? {})

interface ChooseModelsPageProps {
  view: View
  x: Evaluation
  y: Evaluation
}

/** Asked before a comparison, where a file holds the answers of several models. */
export function ChooseModelsPage({ view, x, y }: ChooseModelsPageProps) {
  const text = view.t.evaluations.compare
  return (
    <Page view={view} title={text.title}>
      <div class="narrow">
        <p>
          <a href={`/evaluations/${encodeURIComponent(x.id)}`}>← {x.name}</a>
        </p>
        <h1>{text.title}</h1>
        <p class="soft">{text.choose}</p>
        <form class="card" method="get">
          <input type="hidden" name="with" value={y.id} />
          <Choice name="model" side={text.first} evaluation={x} chosen={0} />
          <Choice name="with_model" side={text.second} evaluation={y} chosen={x.id === y.id ? 1 : 0} />
          <button class="button primary" type="submit">
            {view.t.evaluations.report.compareButton}
          </button>
        </form>
      </div>
    </Page>
  )
}

interface ChoiceProps {
  name: string
  side: string
  evaluation: Evaluation
  /** The preselected model: two different ones for the same file. */
  chosen: number
}

function Choice({ name, side, evaluation, chosen }: ChoiceProps) {
  const models = modelsIn(evaluation)
  if (models.length < 2) return null
  return (
    <div class="field">
      <label for={name}>
        {side}: {evaluation.name}
      </label>
      <select id={name} name={name}>
        {models.map((model, index) => (
          <option value={model} selected={index === chosen}>
            {model}
          </option>
        ))}
      </select>
    </div>
  )
}
