// A file of answers: first checked, which starts nothing, then sent again to be judged.

const form = /** @type {HTMLFormElement} */ (document.getElementById('upload'))
const texts = JSON.parse(form.dataset.texts ?? '{}')
const input = /** @type {HTMLInputElement} */ (document.getElementById('files'))
const drop = byId('drop')

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void send(true)
})
byId('start').addEventListener('click', () => void send(false))
form.addEventListener('change', forgetPreview)
for (const type of ['dragover', 'dragenter']) {
  drop.addEventListener(type, (event) => {
    event.preventDefault()
    drop.classList.add('over')
  })
}
drop.addEventListener('dragleave', () => drop.classList.remove('over'))
drop.addEventListener('drop', (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  if (event.dataTransfer) input.files = event.dataTransfer.files
  forgetPreview()
  void send(true)
})

/** @param {boolean} preview */
async function send(preview) {
  byId('upload-problem').replaceChildren()
  const files = [...(input.files ?? [])]
  if (files.length === 0) return showProblem(texts.noFile, [])
  // a form says what the file is called, but is bounded; what is larger goes as it is
  const bare = files.length === 1 && files[0].size > 30_000_000
  wait(preview ? texts.checking : texts.starting)
  try {
    const response = await fetch(`/console/api/v1/evaluations?${toQuery(preview)}`, {
      method: 'POST',
      headers: {
        'x-csrf-token': form.dataset.csrf ?? '',
        'accept-language': document.documentElement.lang,
        ...(bare && { 'content-type': 'application/x-ndjson' }),
      },
      body: bare ? files[0] : multipart(files),
    })
    const body = await response.json()
    if (!response.ok) return refuse(body)
    if (preview) showPreview(body)
    else location.assign(`/evaluations/${encodeURIComponent(body.id)}`)
  } catch {
    showProblem(texts.offline, [])
  } finally {
    wait(null)
  }
}

/** @param {boolean} preview */
function toQuery(preview) {
  const data = new FormData(form)
  const query = new URLSearchParams({ preview: String(preview) })
  for (const name of ['model', 'protocol', 'name', 'repeats']) {
    const value = String(data.get(name) ?? '').trim()
    if (value !== '') query.set(name, value)
  }
  return query
}

/** Several files belong together: questions, references and answers. @param {File[]} files */
function multipart(files) {
  const body = new FormData()
  for (const file of files) body.append('file', file)
  return body
}

/** @param {any} answer */
function showPreview({ preview, estimated_seconds: seconds }) {
  const facts = byId('preview-facts')
  const listed = (/** @type {Record<string, number>} */ counts) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${number(count)}`)
      .join(', ')
  const published = preview.published['ko-bench'] + preview.published['keval-testset']
  const rows = [
    [texts.format, preview.format],
    [texts.rows, number(preview.rows)],
    [texts.judgments, number(preview.judgments)],
    [texts.labels, number(preview.labels)],
    [texts.references, number(preview.references)],
    [texts.templates, listed(preview.templates)],
    [texts.categories, listed(preview.categories)],
    [texts.models, listed(preview.models)],
    [
      texts.tokens,
      `${number(preview.estimated_tokens.prompt)} + ${number(preview.estimated_tokens.completion)}`,
    ],
    [texts.time, seconds === null ? texts.timeUnknown : duration(seconds)],
    [texts.ignored, preview.ignored_fields.join(', ')],
    [texts.published, published ? number(published) : ''],
  ]
  facts.replaceChildren(
    ...rows
      .filter(([, value]) => value !== '' && value !== null)
      .flatMap(([name, value]) => [line('dt', name), line('dd', value)]),
  )
  byId('preview').hidden = false
  byId('preview').classList.remove('outdated')
  byId('start').hidden = false
  byId('preview').focus()
}

/** @param {'dt' | 'dd' | 'li' | 'strong'} tag @param {unknown} text */
function line(tag, text) {
  const element = document.createElement(tag)
  element.textContent = String(text)
  return element
}

/** @param {number} value */
const number = (value) => value.toLocaleString(document.documentElement.lang)

/** As the page of an evaluation says it. @param {number} seconds */
function duration(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} ${texts.seconds}`
  return `${number(Math.ceil(seconds / 60))} ${texts.minutes}`
}

/** It stays where it is: what moves under the pointer cannot be pressed. */
function forgetPreview() {
  byId('preview').classList.add('outdated')
  byId('start').hidden = true
}

/** @param {any} problem */
function refuse(problem) {
  byId('preview').hidden = true
  if (problem.code === 'session_over') return showProblem(texts.sessionExpired, [])
  const errors = problem.errors ?? []
  const title = errors.length > 0 ? texts.refused : (texts.errors[problem.code] ?? problem.title)
  showProblem(title, errors.length > 0 ? errors : [{ message: problem.detail }])
}

/** @param {string} title @param {{field?: string, message: string}[]} details */
function showProblem(title, details) {
  const notice = document.createElement('div')
  notice.className = 'notice wrong'
  const list = document.createElement('ul')
  list.append(...details.slice(0, 20).map(detailLine))
  notice.append(line('strong', title), ...(details.length > 0 ? [list] : []))
  byId('upload-problem').replaceChildren(notice)
}

/** @param {{field?: string, message: string}} detail */
function detailLine({ field, message }) {
  const place = field?.replace(/^line (\d+)/, (_, number) => texts.line.replace('{}', number))
  return line('li', place === undefined ? message : `${place}: ${message}`)
}

/** @param {string | null} what */
function wait(what) {
  byId('upload-waiting').hidden = what === null
  byId('upload-waiting').textContent = what
  for (const id of ['check', 'start']) /** @type {HTMLButtonElement} */ (byId(id)).disabled = what !== null
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}
