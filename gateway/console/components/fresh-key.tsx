import type { FreshKey } from '../sessions/fresh-key.ts'
import type { View } from '../view.ts'
import { CopyButton } from './copied.tsx'

interface FreshKeyNoticeProps {
  view: View
  fresh: FreshKey
  /** The words for another secret than an API key. */
  text?: { fresh: string; once: string }
}

/** A key or another secret that was just made, for as long as its page may show it. */
export function FreshKeyNotice({ view: { t }, fresh, text = t.account.keys }: FreshKeyNoticeProps) {
  return (
    <section class="notice careful" aria-labelledby="fresh">
      <h2 id="fresh">
        {text.fresh}: {fresh.name}
      </h2>
      <p>{text.once}</p>
      <p class="key">
        <code id="key">
          {fresh.key.slice(0, -6)}
          <mark>{fresh.key.slice(-6)}</mark>
        </code>
      </p>
      <CopyButton t={t} of="key" />
    </section>
  )
}
