import type { Texts } from '../texts/texts.ts'

interface CopyButtonProps {
  t: Texts
  /** The id of the element whose text is copied. */
  of: string
  /** Makes copying the main action of the page. */
  primary?: boolean
}

/** Copies a text. `client-scripts/copy.js` shows it: without script there is nothing to press. */
export function CopyButton({ t, of, primary = false }: CopyButtonProps) {
  return (
    <button
      class={primary ? 'button primary' : 'button compact'}
      type="button"
      data-copy={of}
      data-copied={t.common.copied}
      hidden
    >
      {t.common.copy}
    </button>
  )
}

/** Code to be pasted elsewhere; left empty for a script that writes it. */
export function CopiedCode({ t, id, code = '' }: { t: Texts; id: string; code?: string }) {
  return (
    <>
      <pre tabindex={0}>
        <code id={id}>{code}</code>
      </pre>
      <CopyButton t={t} of={id} />
    </>
  )
}
