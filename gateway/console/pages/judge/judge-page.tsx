import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { View } from '../../view.ts'
import { CodeSamples } from './code-samples.tsx'
import { type FormDefaults, JudgeForm, type ModelEntry } from './judge-form.tsx'

interface JudgePageProps {
  view: View
  origin: string
  models: ModelEntry[]
  defaults: FormDefaults
  problem: ProblemBody | null
}

/** The playground: one judgment, seen while it is written. */
export function JudgePage({ view, origin, models, defaults, problem }: JudgePageProps) {
  const { t } = view
  return (
    <Page view={view} title={t.judge.title} scripts={['judge.js', 'copy.js']}>
      <PageHead title={t.judge.title} lead={t.judge.lead} />
      <noscript>
        <p class="notice careful">{t.common.needsScript}</p>
      </noscript>
      {problem !== null && <Failure t={t} problem={problem} />}
      <div class="columns">
        <JudgeForm view={view} models={models} defaults={defaults} />
        <div class="stack">
          <section class="card" id="result" aria-labelledby="result-title" data-texts={scriptTexts(view)}>
            <h2 id="result-title" tabindex={-1}>
              {t.judge.result.title}
            </h2>
            <p class="soft" id="result-empty">
              {t.judge.result.empty}
            </p>
            <p class="waiting number" id="result-waiting" role="status" hidden />
            <div id="result-problem" role="alert" />
            <div class="explanation" id="result-writing" lang="ko" hidden />
            <div id="result-card" />
          </section>
          <CodeSamples t={t} origin={origin} />
        </div>
      </div>
    </Page>
  )
}

/** Texts that the script of this page shows. */
function scriptTexts({ t }: View): string {
  const { result } = t.judge
  return JSON.stringify({
    result,
    errors: Object.fromEntries(
      Object.entries(t.errors).map(([code, text]) => [code, { title: text.title, meaning: text.meaning }]),
    ),
    requestId: t.common.requestId,
    sessionEnded: t.common.sessionEnded,
    unexpected: t.common.unexpected,
    signIn: t.common.signIn,
  })
}
