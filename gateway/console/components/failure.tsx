import type { ProblemBody } from '../../../schema/api/error-body.ts'
import type { Texts } from '../texts/texts.ts'
import { Marked } from './marked.tsx'

/** A failure of the API in the reader's language, with the request id to ask about. */
export function Failure({ t, problem }: { t: Texts; problem: ProblemBody }) {
  const text = t.errors[problem.code]
  return (
    <div class="notice wrong" role="alert">
      <h2>{text?.title ?? problem.title ?? t.common.unexpected}</h2>
      <p>{text === undefined ? <span lang="en">{problem.detail}</span> : <Marked text={text.meaning} />}</p>
      {text !== undefined && (
        <p>
          <Marked text={text.check} />
        </p>
      )}
      {problem.errors !== undefined && (
        <ul>
          {problem.errors.map(({ field, message }) => (
            <li>
              <code>{field}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      <p class="small soft">
        <Detail problem={problem} />
        <a href={`/docs/errors#${problem.code}`}>{problem.code}</a> · {t.common.requestId}{' '}
        <span class="number">{problem.request_id}</span>
      </p>
    </div>
  )
}

/** Details that the API adds to a problem, beyond its field errors. */
function Detail({ problem }: { problem: ProblemBody }) {
  if (problem.errors !== undefined || problem.detail === '') return null
  return <>{problem.detail} · </>
}
