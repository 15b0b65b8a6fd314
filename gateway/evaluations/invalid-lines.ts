import type { Failure } from '../../schema/api/errors.ts'
import type { InputProblem } from '../../schema/evaluation-input/row.ts'

/** A refused upload: every wrong place by its file, line and field. */
export const invalidLines = (problems: readonly InputProblem[]): Failure => ({
  code: 'invalid_request',
  reason: 'upload_invalid',
  source: 'gateway',
  errors: problems.map(({ file, line, field, ...error }) => ({
    field: `${file === null ? '' : `${file} `}line ${line}${field === 'line' ? '' : `: ${field}`}`,
    ...error,
  })),
})
