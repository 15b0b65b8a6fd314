import type { Child } from 'hono/jsx'

/** A table that scrolls sideways where it does not fit, also by keyboard. */
export function Table({ label, children }: { label: string; children: Child }) {
  return (
    <section class="table" tabindex={0} aria-label={label}>
      <table>{children}</table>
    </section>
  )
}
