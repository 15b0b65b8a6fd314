// Files of answers: first checked, which starts nothing, then sent again to be judged.
import {
  byId,
  isAudit,
  readData,
  refuse,
  showArchive,
  showPreviews,
  showProblems,
  texts,
} from './upload-view.js'

const form = /** @type {HTMLFormElement} */ (document.getElementById('upload'))
const input = /** @type {HTMLInputElement} */ (document.getElementById('files'))
const drop = byId('drop')
const model = /** @type {HTMLSelectElement} */ (document.getElementById('model'))

/**
 * Groups files into uploads, one evaluation each. A file that is complete alone is an evaluation of its own; questions,
 * references and answers in several files are one.
 * @type {File[][]}
 */
let inputs = []
/** An exported evaluation, which is imported whole. @type {File | null} */
let archive = null

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
  if (!isAudit && files.length === 1 && (await isArchive(files[0]))) {
    archive = files[0]
    return showArchive(archive.name)
  }
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
    refuse(each.some(({ ok }) => ok) ? each.filter(({ ok }) => !ok) : [together], files.length)
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
    if (archive !== null) return await importArchive(archive)
    const ids = []
    for (const files of inputs) {
      const answer = await send(files, false)
      if (!answer.ok) return refuse([answer], inputs.flat().length)
      ids.push(encodeURIComponent(answer.body.id))
    }
    location.assign(
      ids.length === 1
        ? `/${readData('collection')}/${ids[0]}`
        : `/comparison?${ids.map((id) => `evaluation=${id}`).join('&')}`,
    )
  } catch {
    showProblems([{ title: texts.offline, details: [] }])
  } finally {
    wait(null)
  }
}

/** @typedef {import('./upload-view.js').Answer} Answer */

/** Returns whether a file begins as ZIP files do. @param {File} file */
async function isArchive(file) {
  const [first, second, third, fourth] = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  return first === 0x50 && second === 0x4b && third === 3 && fourth === 4
}

/** @param {File} file */
async function importArchive(file) {
  const name = String(new FormData(form).get('name') ?? '').trim()
  const query = new URLSearchParams(name === '' ? {} : { name })
  const answer = await post(`evaluations/import?${query}`, file, 'application/zip')
  if (!answer.ok) return refuse([{ ...answer, name: file.name }], 1)
  location.assign(`/evaluations/${encodeURIComponent(answer.body.id)}`)
}

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
  const path = `${readData('collection')}?${toQuery(preview)}`
  const answer = await (bare ? post(path, files[0], 'application/x-ndjson') : post(path, multipart(files)))
  return { ...answer, name: files.map((file) => file.name).join(', ') }
}

/** @param {string} path @param {File | FormData} body @param {string} [type] */
async function post(path, body, type) {
  const response = await fetch(`/console/api/v1/${path}`, {
    method: 'POST',
    headers: {
      'x-csrf-token': readData('csrf'),
      'accept-language': document.documentElement.lang,
      ...(type !== undefined && { 'content-type': type }),
    },
    body,
  })
  return { ok: response.ok, body: await response.json() }
}

/** @param {boolean} preview */
function toQuery(preview) {
  const data = new FormData(form)
  const query = new URLSearchParams({ preview: String(preview) })
  // of several files, each is called by its own name
  const fields = isAudit ? ['model', 'sample_size', 'repeats'] : ['model', 'protocol', 'repeats', 'notify']
  for (const name of inputs.length > 1 ? fields : [...fields, 'name']) {
    const value = String(data.get(name) ?? '').trim()
    if (value !== '') query.set(name, value)
  }
  const dataset = String(data.get('dataset_name') ?? '').trim()
  if (dataset !== '') query.set('dataset', dataset)
  return query
}

/** @param {File[]} files */
function multipart(files) {
  const body = new FormData()
  for (const file of files) body.append('file', file)
  return body
}

/** It stays where it is: what moves under the pointer cannot be pressed. */
function forgetPreview() {
  inputs = []
  archive = null
  byId('preview').classList.add('outdated')
  byId('start').hidden = true
}

/** @param {string | null} what */
function wait(what) {
  byId('upload-waiting').hidden = what === null
  byId('upload-waiting').textContent = what
  for (const id of ['check', 'start']) {
    const button = /** @type {HTMLButtonElement} */ (byId(id))
    button.disabled = what !== null
  }
}
