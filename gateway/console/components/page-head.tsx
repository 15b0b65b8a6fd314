/** Title and purpose of a page. */
export function PageHead({ title, lead }: { title: string; lead: string }) {
  return (
    <div class="page-head">
      <h1>{title}</h1>
      <p>{lead}</p>
    </div>
  )
}
