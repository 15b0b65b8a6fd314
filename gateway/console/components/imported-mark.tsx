import type { View } from '../view.ts'

/** Marks results that another gateway judged, and names it. */
export function ImportedMark({ view, gateway }: { view: View; gateway: string | null }) {
  if (gateway === null) return null
  const { list: text } = view.t.evaluations
  return (
    <>
      <span class="tag">{text.imported}</span> <span class="soft small">{text.importedFrom(gateway)}</span>
    </>
  )
}
