import { protocolNames } from '../../../../schema/judge/protocol.ts'
import { described, Field } from '../../components/field.tsx'
import { FileDrop, toUploadTexts } from '../../components/file-drop.tsx'
import type { View } from '../../view.ts'

interface UploadFormProps {
  view: View
  models: string[]
  /** True if the tenant has an email address for completion mails. */
  hasMail: boolean
}

/** A file of answers: checked first, then started. `client-scripts/upload.js` sends it. */
export function UploadForm({ view, models, hasMail }: UploadFormProps) {
  const { t } = view
  const text = t.evaluations.upload
  return (
    <form
      class="card"
      id="upload"
      data-collection="evaluations"
      data-csrf={view.sessions.tenant?.csrf}
      data-texts={JSON.stringify(toUploadTexts(t))}
    >
      <h2>{text.title}</h2>
      <FileDrop t={t} archives />
      <div class="pair">
        <Field t={t} name="model" label={text.model}>
          <select {...described('model', undefined, undefined)}>
            {models.map((model) => (
              <option value={model}>{model}</option>
            ))}
          </select>
        </Field>
        <Field t={t} name="protocol" label={text.protocol}>
          <select {...described('protocol', undefined, undefined)}>
            {protocolNames.map((name) => (
              <option value={name}>{text.protocols[name]}</option>
            ))}
          </select>
        </Field>
        <Field t={t} name="name" label={text.name} required={false} hint={text.nameHint}>
          <input type="text" maxlength={200} {...described('name', text.nameHint, undefined)} />
        </Field>
        {/* a field called "dataset" would hide the form\'s own property of that name from scripts */}
        <Field t={t} name="dataset_name" label={text.dataset} required={false} hint={text.datasetHint}>
          <input type="text" maxlength={200} {...described('dataset_name', text.datasetHint, undefined)} />
        </Field>
        <Field t={t} name="repeats" label={text.repeats}>
          <input type="number" min="1" max="16" value="1" {...described('repeats', undefined, undefined)} />
        </Field>
      </div>
      {hasMail ? (
        <div class="choice">
          <input type="checkbox" id="notify" name="notify" value="mail" />
          <label for="notify">{text.notify}</label>
        </div>
      ) : (
        <p class="soft small">
          {text.noMail} <a href="/webhooks">{t.webhooks.title}</a>
        </p>
      )}
      {models.length === 0 && <p class="notice careful">{t.judge.form.noModels}</p>}
      <p class="waiting" id="upload-waiting" role="status" hidden />
      <div id="upload-problem" role="alert" />
      <section id="preview" tabindex={-1} aria-labelledby="preview-title" hidden>
        <h3 id="preview-title">{text.understood}</h3>
        <p class="soft small" id="preview-several" hidden>
          {text.several}
        </p>
        <div class="stack" id="preview-facts" />
      </section>
      <p class="row">
        <button class="button" type="submit" id="check">
          {text.check}
        </button>
        <button class="button primary" type="button" id="start" hidden>
          {text.start}
        </button>
      </p>
    </form>
  )
}
