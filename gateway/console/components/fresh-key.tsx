import type { FreshKey } from '../sessions/fresh-key.ts'
import type { View } from '../view.ts'
import { CopyButton } from './copied.tsx'

/** A key that was just made, for as long as its page may show it. */
export function FreshKeyNotice({ view: { t }, fresh }: { view: View; fresh: FreshKey }) {
  return (
    <section class="notice careful" aria-labelledby="fresh">
      <h2 id="fresh">
        {t.account.keys.fresh}: {fresh.name}
      </h2>
      <p>{t.account.keys.once}</p>
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
