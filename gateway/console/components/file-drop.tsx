import type { Texts } from '../texts/texts.ts'

/** Control to drop or choose files; `client-scripts/upload.js` reads it. */
export function FileDrop({ t, archives = false }: { t: Texts; archives?: boolean }) {
  const text = t.evaluations.upload
  return (
    <>
      <noscript>
        <p class="notice careful">{t.common.needsScript}</p>
      </noscript>
      <div class="drop" id="drop">
        <label for="files">
          <strong>{text.drop}</strong>
        </label>
        <p class="soft small" id="files-hint">
          {text.dropHint}
          {archives && ` ${text.archiveHint}`}
        </p>
        <input
          type="file"
          id="files"
          name="files"
          accept={`.jsonl,.json,.ndjson,.csv,.tsv,.gz${archives ? ',.zip' : ''}`}
          multiple
          aria-describedby="files-hint"
        />
      </div>
    </>
  )
}

/** Texts that the upload script shows. */
export const toUploadTexts = (t: Texts) => ({
  ...t.evaluations.upload,
  ...t.evaluations.preview,
  seconds: t.evaluations.run.seconds,
  minutes: t.evaluations.run.minutes,
  noModels: t.judge.form.noModels,
  offline: t.judge.result.offline,
  sessionEnded: t.common.sessionEnded,
  errors: Object.fromEntries(Object.entries(t.errors).map(([code, error]) => [code, error?.title])),
})
