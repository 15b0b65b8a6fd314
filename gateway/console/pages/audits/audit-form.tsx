import { auditTexts } from '../../../../schema/report/audit/texts.ts'
import { described, Field } from '../../components/field.tsx'
import { FileDrop, toUploadTexts } from '../../components/file-drop.tsx'
import type { View } from '../../view.ts'

/** A judge and a file of answers: the size is shown first, then the audit is started. `client-scripts/upload.js` sends it. */
export function AuditForm({ view, models }: { view: View; models: string[] }) {
  const { t } = view
  const text = t.audits.form
  const { upload } = t.evaluations
  return (
    <form
      class="card"
      id="upload"
      data-collection="audits"
      data-csrf={view.sessions.tenant?.csrf}
      data-texts={JSON.stringify({
        ...toUploadTexts(t),
        ...t.audits.preview,
        probeTitles: getProbeTitles(view),
      })}
    >
      <h2>{text.title}</h2>
      <FileDrop t={t} />
      <div class="pair">
        <Field t={t} name="model" label={upload.model}>
          <select {...described('model', undefined, undefined)}>
            {models.map((model) => (
              <option value={model}>{model}</option>
            ))}
          </select>
        </Field>
        <Field t={t} name="name" label={upload.name} required={false}>
          <input type="text" maxlength={200} {...described('name', undefined, undefined)} />
        </Field>
        <Field t={t} name="sample_size" label={text.sampleSize} hint={text.sampleSizeHint}>
          <input
            type="number"
            min="1"
            max="500"
            value="60"
            {...described('sample_size', text.sampleSizeHint, undefined)}
          />
        </Field>
        <Field t={t} name="repeats" label={text.repeats} hint={text.repeatsHint}>
          <input
            type="number"
            min="2"
            max="10"
            value="3"
            {...described('repeats', text.repeatsHint, undefined)}
          />
        </Field>
      </div>
      {models.length === 0 && <p class="notice careful">{t.judge.form.noModels}</p>}
      <p class="waiting" id="upload-waiting" role="status" hidden />
      <div id="upload-problem" role="alert" />
      <section id="preview" tabindex={-1} aria-labelledby="preview-title" hidden>
        <h3 id="preview-title">{text.size}</h3>
        <div class="stack" id="preview-facts" />
      </section>
      <p class="row">
        <button class="button" type="submit" id="check" disabled={models.length === 0}>
          {text.check}
        </button>
        <button class="button primary" type="button" id="start" hidden>
          {text.start}
        </button>
      </p>
    </form>
  )
}

const getProbeTitles = ({ language }: View) =>
  Object.fromEntries(Object.entries(auditTexts[language].probes).map(([name, { title }]) => [name, title]))
