import { protocolNames } from '../../../../schema/judge/protocol.ts'
import type { Turn } from '../../../../schema/judge/render.ts'
import { templateNames } from '../../../../schema/judge/templates.ts'
import { described, Field } from '../../components/field.tsx'
import type { View } from '../../view.ts'
import { exampleNames, examples } from './examples.ts'

export interface ModelEntry {
  id: string
  keval: { notice: string | null }
}

/** Initial values of the form: empty, or those of an earlier judgment. */
export interface FormDefaults {
  model?: string
  protocol?: string
  turns: Turn[]
}

interface JudgeFormProps {
  view: View
  models: ModelEntry[]
  defaults: FormDefaults
}

/** The form of the playground. `client-scripts/judge.js` sends it, and shows the answer as it arrives. */
export function JudgeForm({ view, models, defaults }: JudgeFormProps) {
  const { t } = view
  const { form } = t.judge
  const two = defaults.turns.length === 2
  return (
    <form
      class="card"
      id="judge"
      data-csrf={view.sessions.tenant?.csrf}
      data-examples={JSON.stringify(examples)}
      novalidate
    >
      <div class="row filters">
        <label for="example">{form.example}</label>
        <select id="example">
          <option value="">–</option>
          {exampleNames.map((name) => (
            <option value={name}>{form.examples[name]}</option>
          ))}
        </select>
      </div>
      <Field t={t} name="model" label={form.model}>
        <select {...described('model', undefined, undefined)}>
          {models.map(({ id }) => (
            <option value={id} selected={id === defaults.model}>
              {id}
            </option>
          ))}
        </select>
      </Field>
      {models.length === 0 && <p class="notice careful">{form.noModels}</p>}
      {models.map(({ id, keval }) =>
        keval.notice === null ? null : (
          <p class="hint below">
            <strong>{id}</strong>: {keval.notice}
          </p>
        ),
      )}
      <fieldset>
        <legend>{form.turns}</legend>
        <div class="segments">
          <label>
            <input type="radio" name="turns" value="1" checked={!two} />
            <span>{form.oneTurn}</span>
          </label>
          <label>
            <input type="radio" name="turns" value="2" checked={two} />
            <span>{form.twoTurns}</span>
          </label>
        </div>
      </fieldset>
      <TurnFields view={view} number={1} turn={defaults.turns[0]} />
      <TurnFields view={view} number={2} turn={defaults.turns[1]} hidden={!two} />
      <details>
        <summary>{form.options}</summary>
        <Field t={t} name="template" label={form.template}>
          <select {...described('template', undefined, undefined)}>
            <option value="">{form.automatic}</option>
            {templateNames.map((name) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        </Field>
        <Field t={t} name="protocol" label={form.protocol} hint={form.protocolHint}>
          <select {...described('protocol', form.protocolHint, undefined)}>
            {protocolNames.map((name) => (
              <option value={name} selected={name === defaults.protocol}>
                {t.evaluations.upload.protocols[name]}
              </option>
            ))}
          </select>
        </Field>
        <div class="pair">
          <Field t={t} name="temperature" label={form.temperature} hint={form.temperatureHint}>
            <input
              type="number"
              min="0"
              max="2"
              step="0.1"
              {...described('temperature', form.temperatureHint, undefined)}
            />
          </Field>
          <Field t={t} name="seed" label={form.seed} hint={form.seedHint}>
            <input type="number" min="0" step="1" {...described('seed', form.seedHint, undefined)} />
          </Field>
          <Field t={t} name="max_tokens" label={form.maxTokens} hint={form.maxTokensHint}>
            <input
              type="number"
              min="1"
              max="4096"
              step="1"
              {...described('max_tokens', form.maxTokensHint, undefined)}
            />
          </Field>
          <Field t={t} name="n" label={form.samples} hint={form.samplesHint}>
            <input type="number" min="1" max="16" step="1" {...described('n', form.samplesHint, undefined)} />
          </Field>
        </div>
      </details>
      <div class="choice">
        <input
          type="checkbox"
          id="rating_probabilities"
          name="rating_probabilities"
          aria-describedby="rating_probabilities-hint"
          checked
        />
        <div>
          <label for="rating_probabilities">{form.probabilities}</label>
          <span class="hint" id="rating_probabilities-hint">
            {form.probabilitiesHint}
          </span>
        </div>
      </div>
      <p class="row">
        <button class="button primary" type="submit" disabled={models.length === 0}>
          {form.submit} <kbd>Ctrl/⌘ + Enter</kbd>
        </button>
        <button class="button" type="button" id="stop" hidden>
          {form.stop}
        </button>
      </p>
    </form>
  )
}

interface TurnFieldsProps {
  view: View
  number: 1 | 2
  turn: Turn | undefined
  hidden?: boolean
}

function TurnFields({ view, number, turn, hidden = false }: TurnFieldsProps) {
  const { t } = view
  const { form } = t.judge
  const name = (field: string) => `${field}_${number}`
  return (
    <fieldset id={`turn-${number}`} hidden={hidden}>
      <legend class={number === 1 ? 'visually-hidden' : undefined}>{form.turn(number)}</legend>
      <Field t={t} name={name('question')} label={form.question} required>
        <textarea rows={2} {...described(name('question'), undefined, undefined)}>
          {turn?.question}
        </textarea>
      </Field>
      <Field t={t} name={name('answer')} label={form.answer} hint={form.answerHint}>
        <textarea rows={4} {...described(name('answer'), form.answerHint, undefined)}>
          {turn?.answer}
        </textarea>
      </Field>
      <Field t={t} name={name('reference')} label={form.reference} required={false} hint={form.referenceHint}>
        <textarea rows={2} {...described(name('reference'), form.referenceHint, undefined)}>
          {turn?.reference}
        </textarea>
      </Field>
    </fieldset>
  )
}
