import { raw } from 'hono/html'

/** A drawing of `evaluations/report`, which escapes every text it writes. */
export function Plot({ title, drawing }: { title: string; drawing: string }) {
  if (drawing === '') return null
  return (
    <figure class="card plot">
      <figcaption>{title}</figcaption>
      {raw(drawing)}
    </figure>
  )
}
