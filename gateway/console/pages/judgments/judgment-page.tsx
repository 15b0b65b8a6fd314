import type { Judgment } from '../../../../schema/api/judgments.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { JudgmentCard } from '../../components/judgment-card.tsx'
import { Page } from '../../components/page.tsx'
import type { View } from '../../view.ts'

export function JudgmentPage({ view, judgment }: { view: View; judgment: Judgment }) {
  const { t, sessions } = view
  return (
    <Page view={view} title={t.judgments.one}>
      <p>
        <a href="/judgments">← {t.judgments.title}</a>
      </p>
      <h1 class="visually-hidden">{t.judgments.one}</h1>
      <div class="card">
        <h2 class="visually-hidden">{t.judge.result.title}</h2>
        <JudgmentCard view={view} judgment={judgment} />
      </div>
      <details>
        <summary>{t.judgments.delete}</summary>
        <form method="post" action={`/judgments/${encodeURIComponent(judgment.id)}/delete`}>
          {sessions.tenant !== null && <CsrfField session={sessions.tenant} />}
          <p>{t.judgments.deleteText}</p>
          <button class="button danger" type="submit">
            {t.judgments.delete}
          </button>
        </form>
      </details>
    </Page>
  )
}
