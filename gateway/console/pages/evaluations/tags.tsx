import { toListPath } from './list-query.ts'

/** The tags of an evaluation, each a link to all that have it. */
export function Tags({ tags }: { tags: string[] }) {
  if (tags.length === 0) return null
  return (
    <div class="row tags">
      {tags.map((tag) => (
        <a class="tag" href={toListPath({ tag })}>
          {tag}
        </a>
      ))}
    </div>
  )
}
