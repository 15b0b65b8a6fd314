// The view of the upload form: the contents of the files, or their problems.

/** @typedef {{ ok: boolean, body: any, name: string }} Answer the response to one upload, with the names of its files */

/**
 * An attribute `data-…` of the form. Its field `dataset` stands in place of the form's own `dataset`.
 * @param {'collection' | 'csrf' | 'texts'} name
 */
export const readData = (name) => byId('upload').getAttribute(`data-${name}`) ?? ''
/** The form judges answers, or audits a judge with them. */
export const isAudit = readData('collection') === 'audits'
export const texts = JSON.parse(readData('texts'))

/** @param {Answer[]} answers */
export function showPreviews(answers) {
  const several = answers.length > 1
  byId('preview-facts').replaceChildren(
    ...answers.flatMap(({ body, name }) => [...(several ? [line('h4', name)] : []), factsOf(body)]),
  )
  document.getElementById('preview-several')?.toggleAttribute('hidden', !several)
  showPreview()
}

/** An exported evaluation: what it holds, the server says when it is imported. @param {string} name */
export function showArchive(name) {
  byId('preview-facts').replaceChildren(line('h4', name), line('p', texts.archive))
  document.getElementById('preview-several')?.setAttribute('hidden', '')
  showPreview()
}

function showPreview() {
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
function evaluationFacts({ preview, dataset, estimated_seconds: seconds }) {
  const listed = (/** @type {Record<string, number>} */ counts) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${number(count)}`)
      .join(', ')
  const published = preview.published['ko-bench'] + preview.published['keval-testset']
  return [
    [
      texts.dataset,
      dataset.version === null
        ? `${dataset.name} (${texts.newDataset})`
        : `${dataset.name} v${dataset.version}`,
    ],
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

/** @param {'dt' | 'dd' | 'li' | 'strong' | 'h4' | 'p'} tag @param {unknown} text */
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

/** @param {Answer[]} answers @param {number} files how many were given */
export function refuse(answers, files) {
  byId('preview').hidden = true
  showProblems(
    answers.map(({ body, name }) => {
      if (body.code === 'session_over') return { title: texts.sessionEnded, details: [] }
      const errors = body.errors ?? []
      const title = errors.length > 0 ? texts.refused : (texts.errors[body.code] ?? body.title)
      return {
        title: files > 1 ? `${name}: ${title}` : title,
        details: errors.length > 0 ? errors : [{ message: body.detail }],
      }
    }),
  )
}

/** The first lines tell what is wrong; the rest is mostly the same. */
const shownDetails = 5

/** @param {{ title: string, details: { field?: string, message: string }[] }[]} problems */
export function showProblems(problems) {
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

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}
