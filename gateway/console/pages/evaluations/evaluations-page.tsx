import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import { Failure } from '../../components/failure.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import type { View } from '../../view.ts'
import { EvaluationList } from './evaluation-list.tsx'
import { ListFilters } from './list-filters.tsx'
import type { ListQuery } from './list-query.ts'
import { UploadForm } from './upload-form.tsx'

interface EvaluationsPageProps {
  view: View
  evaluations: Evaluation[]
  query: ListQuery
  /** The tags in use. */
  tags: string[]
  models: string[]
  /** True if the tenant has an email address for completion mails. */
  hasMail: boolean
  /** Number of evaluations that were just deleted; null for none. */
  deleted: number | null
  next: string | null
  problem?: ProblemBody
}

/** Uploads, and the evaluations there are. */
export function EvaluationsPage(props: EvaluationsPageProps) {
  const { view, evaluations, query, tags, models, hasMail, deleted, next, problem } = props
  const { t } = view
  const isNarrowed = query.search !== undefined || query.tag !== undefined
  const text = t.evaluations
  return (
    <Page view={view} title={text.title} scripts={['upload.js']}>
      <PageHead title={text.title} lead={text.lead} />
      {deleted !== null && (
        <p class="notice" role="status">
          {text.remove.done(deleted)}
        </p>
      )}
      {problem !== undefined && <Failure t={t} problem={problem} />}
      <UploadForm view={view} models={models} hasMail={hasMail} />
      <section class="section" aria-labelledby="list">
        <h2 id="list">{text.list.title}</h2>
        {(evaluations.length > 0 || isNarrowed) && <ListFilters view={view} query={query} tags={tags} />}
        {evaluations.length === 0 && isNarrowed ? (
          <p class="empty">{text.list.noMatch}</p>
        ) : evaluations.length === 0 ? (
          <div class="empty">
            <h3>{text.list.emptyTitle}</h3>
            <p>{text.list.emptyText}</p>
          </div>
        ) : (
          <EvaluationList view={view} evaluations={evaluations} query={query} />
        )}
        {next !== null && (
          <p class="more">
            <a class="button" href={next}>
              {t.common.next}
            </a>
          </p>
        )}
      </section>
    </Page>
  )
}
