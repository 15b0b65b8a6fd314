import type { ProblemBody } from '../../../schema/api/error-body.ts'
import type { Texts } from '../texts/texts.ts'
import { Marked } from './marked.tsx'

/** A failure of the API in the reader's language, with the API's own words and the request id. */
export function Failure({ t, problem }: { t: Texts; problem: ProblemBody }) {
  const text = t.errors[problem.code]
  return (
    <div class="notice wrong" role="alert">
      <h2>{text?.title ?? problem.title ?? t.common.unexpected}</h2>
      <p>
        <Marked text={text?.check ?? problem.detail} />
      </p>
      <p class="small soft">
        {problem.detail} · <a href={`/docs/errors#${problem.code}`}>{problem.code}</a> · {t.common.requestId}{' '}
        <span class="number">{problem.request_id}</span>
      </p>
    </div>
  )
}
