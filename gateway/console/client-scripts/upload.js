// A file of answers: first checked, which starts nothing, then sent again to be judged.

const form = /** @type {HTMLFormElement} */ (document.getElementById('upload'))
const texts = JSON.parse(form.dataset.texts ?? '{}')
const input = /** @type {HTMLInputElement} */ (document.getElementById('files'))
const drop = byId('drop')
const isAudit = form.dataset.collection === 'audits'
const model = /** @type {HTMLSelectElement} */ (document.getElementById('model'))

/**
 * What is sent together: one evaluation each. Files that are whole on their own are evaluations of their own; questions,
 * references and answers in several files are one.
 * @type {File[][]}
 */
let inputs = []

form.addEventListener('submit', (event) => {
  event.preventDefault()
  void check()
})
byId('start').addEventListener('click', () => void start())
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
  void check()
})

/** Has the server read the files without starting anything. */
async function check() {
  byId('upload-problem').replaceChildren()
  const files = [...(input.files ?? [])]
  if (files.length === 0) return showProblems([{ title: texts.noFile, details: [] }])
  if (model.value === '') return showProblems([{ title: texts.noModels, details: [] }])
  wait(texts.checking)
  try {
    const each = files.length === 1 || isAudit ? [] : await sendAll(files.map((file) => [file]))
    if (each.length > 0 && each.every(({ ok }) => ok)) {
      inputs = files.map((file) => [file])
      return showPreviews(each)
    }
    const together = await send(files, true)
    if (together.ok) {
      inputs = [files]
      return showPreviews([together])
    }
    // some stand on their own: the others are what has to be mended
    refuse(each.some(({ ok }) => ok) ? each.filter(({ ok }) => !ok) : [together])
  } catch {
    showProblems([{ title: texts.offline, details: [] }])
  } finally {
    wait(null)
  }
}

/** Starts what was checked; several lead to their comparison. */
async function start() {
  wait(texts.starting)
  try {
    const ids = []
    for (const files of inputs) {
      const answer = await send(files, false)
      if (!answer.ok) return refuse([answer])
      ids.push(encodeURIComponent(answer.body.id))
    }
    location.assign(
      ids.length === 1
        ? `/${form.dataset.collection}/${ids[0]}`
        : `/comparison?${ids.map((id) => `evaluation=${id}`).join('&')}`,
    )
  } catch {
    showProblems([{ title: texts.offline, details: [] }])
  } finally {
    wait(null)
  }
}

/** @typedef {{ ok: boolean, body: any, name: string }} Answer */

/** One after the other: each may be large. @param {File[][]} all @returns {Promise<Answer[]>} */
async function sendAll(all) {
  const answers = []
  for (const files of all) answers.push(await send(files, true))
  return answers
}

/** @param {File[]} files @param {boolean} preview @returns {Promise<Answer>} */
async function send(files, preview) {
  // a form says what the file is called, but is bounded; what is larger goes as it is
  const bare = files.length === 1 && files[0].size > 30_000_000
  const response = await fetch(`/console/api/v1/${form.dataset.collection}?${toQuery(preview)}`, {
    method: 'POST',
    headers: {
      'x-csrf-token': form.dataset.csrf ?? '',
      'accept-language': document.documentElement.lang,
      ...(bare && { 'content-type': 'application/x-ndjson' }),
    },
    body: bare ? files[0] : multipart(files),
  })
  const name = files.map((file) => file.name).join(', ')
  return { ok: response.ok, body: await response.json(), name }
}

/** @param {boolean} preview */
function toQuery(preview) {
  const data = new FormData(form)
  const query = new URLSearchParams({ preview: String(preview) })
  // of several files, each is called by its own name
  const fields = isAudit ? ['model', 'sample_size', 'repeats'] : ['model', 'protocol', 'repeats']
  for (const name of inputs.length > 1 ? fields : [...fields, 'name']) {
    const value = String(data.get(name) ?? '').trim()
    if (value !== '') query.set(name, value)
  }
  return query
}

/** @param {File[]} files */
function multipart(files) {
  const body = new FormData()
  for (const file of files) body.append('file', file)
  return body
}

/** @param {Answer[]} answers */
function showPreviews(answers) {
  const several = answers.length > 1
  byId('preview-facts').replaceChildren(
    ...answers.flatMap(({ body, name }) => [...(several ? [line('h4', name)] : []), factsOf(body)]),
  )
  document.getElementById('preview-several')?.toggleAttribute('hidden', !several)
  byId('preview').hidden = false
  byId('preview').classList.remove('outdated')
  byId('start').hidden = false
  byId('preview').focus()
}

/** @param {any} answer */
function factsOf(answer) {
  const facts = document.createElement('dl')
  facts.className = 'facts'
  facts.append(
    ...(isAudit ? auditFacts(answer) : evaluationFacts(answer))
      .filter(([, value]) => value !== '' && value !== null)
      .flatMap(([name, value]) => [line('dt', name), line('dd', value)]),
  )
  return facts
}

/** @param {any} preview */
function auditFacts({ file_rows: fileRows, rows, judgments, applicable, ...estimates }) {
  const counts = /** @type {[string, number][]} */ (Object.entries(applicable))
  const unused = counts.filter(([, count]) => count === 0).map(([name]) => texts.probeTitles[name])
  return [
    [texts.fileRows, number(fileRows)],
    [texts.drawn, number(rows)],
    [texts.judgments, number(judgments)],
    [texts.probes, number(counts.length - unused.length)],
    [texts.unused, unused.join(', ')],
    ...costFacts(estimates.estimated_tokens, estimates.estimated_seconds),
  ]
}

/** @param {{prompt: number, completion: number}} tokens @param {number | null} seconds */
const costFacts = (tokens, seconds) => [
  [texts.tokens, `${number(tokens.prompt)} + ${number(tokens.completion)}`],
  [texts.time, seconds === null ? texts.timeUnknown : duration(seconds)],
]

/** @param {any} answer */
function evaluationFacts({ preview, estimated_seconds: seconds }) {
  const listed = (/** @type {Record<string, number>} */ counts) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${number(count)}`)
      .join(', ')
  const published = preview.published['ko-bench'] + preview.published['keval-testset']
  return [
    [texts.format, preview.format],
    [texts.rows, number(preview.rows)],
    [texts.judgments, number(preview.judgments)],
    [texts.labels, number(preview.labels)],
    [texts.references, number(preview.references)],
    [texts.templates, listed(preview.templates)],
    [texts.categories, listed(preview.categories)],
    [texts.models, listed(preview.models)],
    ...costFacts(preview.estimated_tokens, seconds),
    [texts.ignored, preview.ignored_fields.join(', ')],
    [texts.published, published ? number(published) : ''],
  ]
}

/** @param {'dt' | 'dd' | 'li' | 'strong' | 'h4'} tag @param {unknown} text */
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
  inputs = []
  byId('preview').classList.add('outdated')
  byId('start').hidden = true
}

/** @param {Answer[]} answers */
function refuse(answers) {
  byId('preview').hidden = true
  showProblems(
    answers.map(({ body, name }) => {
      if (body.code === 'session_over') return { title: texts.sessionExpired, details: [] }
      const errors = body.errors ?? []
      const title = errors.length > 0 ? texts.refused : (texts.errors[body.code] ?? body.title)
      return {
        title: answers.length > 1 || (input.files?.length ?? 0) > 1 ? `${name}: ${title}` : title,
        details: errors.length > 0 ? errors : [{ message: body.detail }],
      }
    }),
  )
}

/** The first lines tell what is wrong; the rest is mostly the same. */
const shownDetails = 5

/** @param {{ title: string, details: { field?: string, message: string }[] }[]} problems */
function showProblems(problems) {
  byId('upload-problem').replaceChildren(
    ...problems.map(({ title, details }) => {
      const notice = document.createElement('div')
      notice.className = 'notice wrong'
      notice.append(line('strong', title))
      if (details.length > 0) {
        const list = document.createElement('ul')
        list.append(...details.slice(0, shownDetails).map(detailLine))
        const rest = details.length - shownDetails
        if (rest > 0) list.append(line('li', texts.more.replace('{}', number(rest))))
        notice.append(list)
      }
      return notice
    }),
  )
}

/** @param {{field?: string, message: string}} detail */
function detailLine({ field, message }) {
  const place = field?.replace(/\bline (\d+)/, (_, number) => texts.line.replace('{}', number))
  return line('li', place === undefined ? message : `${place}: ${message}`)
}

/** @param {string | null} what */
function wait(what) {
  byId('upload-waiting').hidden = what === null
  byId('upload-waiting').textContent = what
  for (const id of ['check', 'start']) {
    const button = /** @type {HTMLButtonElement} */ (byId(id))
    button.disabled = what !== null || model.value === ''
  }
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}
