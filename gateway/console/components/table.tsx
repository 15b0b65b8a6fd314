import type { Child } from 'hono/jsx'

/** A table that scrolls sideways where it does not fit, also by keyboard. */
export function Table({ label, children }: { label: string; children: Child }) {
  return (
    <div class="table" tabindex={0}>
      <table aria-label={label}>{children}</table>
    </div>
  )
}
