/** What a page is called, and what it is for. */
export function PageHead({ title, lead }: { title: string; lead: string }) {
  return (
    <div class="page-head">
      <h1>{title}</h1>
      <p>{lead}</p>
    </div>
  )
}
