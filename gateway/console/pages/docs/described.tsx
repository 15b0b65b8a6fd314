import { Marked } from '../../components/marked.tsx'
import type { Texts } from '../../texts/texts.ts'

/** A line of the OpenAPI document in the reader's language; one that is not known is marked as English. */
export function Described({ t, text }: { t: Texts; text: string }) {
  const known = t.apiDescriptions[text]
  if (known !== undefined) return <Marked text={known} />
  return (
    <span lang="en">
      <Marked text={text} />
    </span>
  )
}
