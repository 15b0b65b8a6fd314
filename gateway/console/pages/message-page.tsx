import { Page } from '../components/page.tsx'
import type { View } from '../view.ts'

interface MessagePageProps {
  view: View
  title: string
  lead: string
}

/** A page with a single message, such as not found. */
export function MessagePage({ view, title, lead }: MessagePageProps) {
  return (
    <Page view={view} title={title}>
      <div class="empty">
        <h1>{title}</h1>
        <p>{lead}</p>
        <a class="button" href="/">
          {view.t.common.notFound.home}
        </a>
      </div>
    </Page>
  )
}
