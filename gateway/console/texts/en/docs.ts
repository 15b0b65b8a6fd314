import type { Texts } from '../ko.ts'

export const docs: Texts['docs'] = {
  title: 'API documentation',
  lead: 'This page is made from the code that runs. The same is there for machines as an OpenAPI 3.1 document.',
  firstCall: 'The first call',
  firstCallText:
    'The key goes into the Authorization header. For streaming add "stream": true; the events are explanation.delta, judgment, done and error.',
  contents: 'Contents',
  access: {
    open: 'anybody',
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
    operator: 'Operation',
    other: 'Others',
  },
  parameters: 'Path and query',
  body: 'Request body',
  reply: 'Reply',
  field: 'Name',
  type: 'Type',
  meaning: 'Meaning',
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
    'Every error has a stable code, a request id, a link to its explanation, and says whether the gateway or the node failed.',
  failuresLink: 'All error codes',
  errors: {
    title: 'Error codes',
    lead: 'Every error carries its code, a request id and its source (gateway or node). Paths of the OpenAI API answer with the OpenAI error object, all others with problem details as in RFC 9457.',
    check: 'What to check',
  },
}
