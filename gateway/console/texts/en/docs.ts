import type { Texts } from '../ko.ts'

export const docs: Texts['docs'] = {
  title: 'API documentation',
  lead: 'Generated from the code of the running server. Also available as an OpenAPI 3.1 document:',
  firstCall: 'First call',
  firstCallText:
    'Send the key in the Authorization header. Add "stream": true for a stream of four events: explanation.delta, judgment, done and error.',
  contents: 'Contents',
  access: {
    open: 'public',
    applicant: 'applicant (status token)',
    operator: 'operator',
    scope: (scope) => `API key · ${scope}`,
  },
  groups: {
    judge: 'Judgments',
    evaluations: 'Evaluations',
    account: 'Usage and keys',
    openai: 'OpenAI-compatible',
    applicant: 'Applications',
    operator: 'Operator',
    other: 'Other',
  },
  parameters: 'Path and query',
  body: 'Request body',
  reply: 'Response',
  field: 'Name',
  type: 'Type',
  meaning: 'Description',
  bounds: {
    above: (bound) => `above ${bound}`,
    between: (least, most) => `${least} to ${most}`,
    atLeast: (least) => `at least ${least}`,
    atMost: (most) => `at most ${most}`,
    characters: (most) => `up to ${most} characters`,
    byDefault: (value) => `default ${value}`,
  },
  noBody: 'no body',
  failures: 'Errors',
  failuresText:
    'Every error has a stable code, a request ID, a link to its description and its source: gateway or node.',
  failuresLink: 'All error codes',
  errors: {
    title: 'Error codes',
    lead: 'Every error has a code, a request ID and a source (gateway or node). OpenAI-compatible paths return OpenAI error objects; all others return problem details (RFC 9457).',
    check: 'Fix',
  },
}
