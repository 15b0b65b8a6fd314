import { requestOf } from './judgment-request.js'

/**
 * Writes the form's call for curl, the OpenAI client and the `keval` command.
 * @param {HTMLFormElement} form
 */
export function showSameCall(form) {
  const origin = document.getElementById('same-call')?.dataset.origin ?? ''
  const request = requestOf(form)
  write('call-curl', curl(origin, request))
  write('call-openai', openai(origin, request))
  write('call-keval', keval(origin, request))
}

/** @param {string} id @param {string} text */
function write(id, text) {
  const element = document.getElementById(id)
  if (element) element.textContent = text
}

/** @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

/** @param {string} origin @param {object} request */
const curl = (origin, request) => `curl -N ${origin}/v1/judgments \\
  -H "authorization: Bearer $KEVAL_API_KEY" \\
  -H 'content-type: application/json' \\
  -d ${quoted(JSON.stringify({ ...request, stream: true }, null, 2))}`

/** @param {string} origin @param {object} request */
const openai = (origin, request) => `import json, os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["KEVAL_API_KEY"])
request = json.loads(r'''${JSON.stringify(request, null, 2).replaceAll("'''", '\\u0027\\u0027\\u0027')}''')
judgment = client.post("/judgments", body=request, cast_to=object)
print(judgment["rating"], judgment["explanation"])`

/** @param {string} origin @param {any} request */
function keval(origin, request) {
  const options = Object.entries(request)
    .filter(([name]) => name !== 'turns')
    .map(([name, value]) => {
      const option = `--${name.replaceAll('_', '-')}`
      if (value === true) return option
      return `${option} ${typeof value === 'string' ? quoted(value) : value}`
    })
  if (request.turns !== undefined) options.push(`--turns ${quoted(JSON.stringify(request.turns))}`)
  return [`keval judge --gateway ${origin}`, ...options].join(' \\\n  ')
}
