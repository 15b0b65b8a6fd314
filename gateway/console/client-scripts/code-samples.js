import { toRequest } from './judgment-request.js'

/**
 * Writes the form's call for curl, the OpenAI client and the `keval` command.
 * @param {HTMLFormElement} form
 */
export function showCodeSamples(form) {
  const { origin = '', note = '' } = document.getElementById('code-samples')?.dataset ?? {}
  const request = toRequest(form)
  write('call-curl', curl(origin, request))
  write('call-openai', openai(origin, request))
  write('call-keval', keval(origin, request, note))
}

/** @param {string} id @param {string} text */
function write(id, text) {
  const element = document.getElementById(id)
  if (element) element.textContent = text
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

/** Several samples come all at once. @param {any} request */
const streamed = (request) => (Number(request.n ?? 1) > 1 ? request : { ...request, stream: true })

/** @param {string} origin @param {any} request */
const curl = (origin, request) => `curl -N ${origin}/v1/judgments \\
  -H "authorization: Bearer $KEVAL_API_KEY" \\
  -H 'content-type: application/json' \\
  -d ${quoted(JSON.stringify(streamed(request), null, 2))}`

/** @param {string} origin @param {any} request */
const openai = (origin, request) => `import json, os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["KEVAL_API_KEY"])
request = json.loads(r'''${JSON.stringify(request, null, 2).replaceAll("'''", '\\u0027\\u0027\\u0027')}''')
judgment = client.post("/judgments", body=request, cast_to=object)
${
  Number(request.n ?? 1) > 1
    ? 'for sample in judgment["data"]:\n    print(sample["rating"], sample["explanation"])'
    : 'print(judgment["rating"], judgment["explanation"])'
}`

/** The settings that the command has options for; only the API takes the others. */
const commandOptions = ['model', 'question', 'answer', 'reference']

/** @param {string} origin @param {any} request @param {string} note */
function keval(origin, request, note) {
  const options = commandOptions
    .filter((name) => request[name] !== undefined)
    .map((name) => `--${name} ${quoted(request[name])}`)
  const left = Object.keys(request).filter((name) => !commandOptions.includes(name))
  const call = [`KEVAL_URL=${origin} keval judge`, ...options].join(' \\\n  ')
  if (request.turns !== undefined) return `# ${note}`
  return left.length === 0 ? call : `# ${note} (${left.join(', ')})\n${call}`
}
