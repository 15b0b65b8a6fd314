import type { Child } from 'hono/jsx'

interface TableProps {
  label: string
  /** On a phone each line is a card: for lists, whose cells name their column in `data-title`. */
  cards?: boolean
  children: Child
}

/** A table that scrolls sideways where it does not fit, also by keyboard. */
export function Table({ label, cards = false, children }: TableProps) {
  return (
    <div class={cards ? 'table cards' : 'table'} tabindex={0}>
      <table aria-label={label}>{children}</table>
    </div>
  )
}
