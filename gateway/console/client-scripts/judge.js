import { showCodeSamples } from './code-samples.js'
import { keepDraft, restoreDraft } from './draft.js'
import { readEvents } from './event-stream.js'
import { drawJudgmentCards } from './judgment-cards.js'
import { toControlName, toRequest } from './judgment-request.js'

const form = /** @type {HTMLFormElement} */ (document.getElementById('judge'))
const texts = JSON.parse(byId('result').dataset.texts ?? '{}')
const submit = /** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]'))
const stop = byId('stop')
/** @type {AbortController | null} */
let running = null

form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (running === null) void judge()
})
form.addEventListener('input', () => {
  onChange()
  keepDraft(form)
})
form.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
})
stop.addEventListener('click', () => running?.abort())
byId('example').addEventListener('change', () => {
  const examples = JSON.parse(form.dataset.examples ?? '{}')
  const turns = examples[control('example').value]
  if (turns === undefined) return
  choose('turns', String(turns.length))
  choose('template', '')
  for (const number of [1, 2]) {
    for (const field of ['question', 'answer', 'reference']) {
      control(`${field}_${number}`).value = turns[number - 1]?.[field] ?? ''
    }
  }
  control('example').value = ''
  onChange()
  keepDraft(form)
})
// what was judged before stands in the page already
if (!new URLSearchParams(location.search).has('from')) restoreDraft(form)
onChange()

function onChange() {
  byId('turn-2').hidden = new FormData(form).get('turns') !== '2'
  showCodeSamples(form)
}

/** @param {string} name @param {string} value */
function choose(name, value) {
  const choice = form.elements.namedItem(name)
  if (choice !== null && 'value' in choice) choice.value = value
}

async function judge() {
  const started = performance.now()
  running = new AbortController()
  begin()
  const waiting = startClock(started)
  try {
    waiting.say(texts.result.connecting)
    const response = await send(running.signal)
    waiting.say(several() ? texts.result.judging : texts.result.waiting)
    if (!response.ok) return showProblem(await response.json())
    const source = parseSource(response.headers.get('cache-status') ?? '')
    const answer = await read(response, () => waiting.say(texts.result.writing))
    if (answer === null) return
    const judgments = answer.object === 'list' ? answer.data : [answer]
    const arrival = { source, milliseconds: performance.now() - started }
    const cards = await drawJudgmentCards(judgments, arrival, form.dataset.csrf ?? '')
    if (cards === null) return showSessionOver()
    byId('result-writing').hidden = true
    byId('result-card').replaceWith(cards)
  } catch (error) {
    const stopped = error instanceof DOMException && error.name === 'AbortError'
    showNotice(stopped ? texts.result.stopped : texts.result.offline)
  } finally {
    waiting.end()
    running = null
    const lostFocus = document.activeElement === document.body || document.activeElement === stop
    submit.disabled = false
    stop.hidden = true
    // what was pressed is gone: reading goes on where the answer begins
    if (lostFocus) byId('result-title').focus({ preventScroll: true })
  }
}

/** Whether more than one sample is asked for. */
const several = () => Number(toRequest(form).n ?? 1) > 1

/** @param {AbortSignal} signal */
function send(signal) {
  return fetch('/console/api/v1/judgments', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      'accept-language': document.documentElement.lang,
      'x-csrf-token': form.dataset.csrf ?? '',
    },
    // several samples come all at once
    body: JSON.stringify({ ...toRequest(form), stream: !several() }),
    signal,
  })
}

/**
 * Reads the answer, showing the explanation as it grows; null when it broke off.
 * @param {Response} response @param {() => void} onWriting
 */
async function read(response, onWriting) {
  if (!response.headers.get('content-type')?.includes('text/event-stream')) return response.json()
  const writing = byId('result-writing')
  let judgment = null
  for await (const { event, data } of readEvents(response)) {
    if (event === 'explanation.delta') {
      if (writing.hidden) onWriting()
      writing.hidden = false
      writing.append(data.delta)
    } else if (event === 'judgment') judgment = data
    else if (event === 'error') return broken(data)
    else if (event === 'done') return judgment
  }
  return broken(null)
}

/** @param {import('./event-stream.js').Problem | null} problem */
function broken(problem) {
  const known = texts.errors[problem?.code ?? '']
  showNotice(texts.result.broken, ...(problem === null ? [] : [known?.meaning ?? '', requestText(problem)]))
  return null
}

function begin() {
  submit.disabled = true
  stop.hidden = false
  byId('result-empty').hidden = true
  // on a phone the result stands below the form
  byId('result').scrollIntoView({ block: 'nearest' })
  byId('result-problem').replaceChildren()
  byId('result-card').replaceChildren()
  byId('result-writing').replaceChildren()
  byId('result-writing').hidden = true
  for (const problem of form.querySelectorAll('.problem')) problem.setAttribute('hidden', '')
  for (const invalid of form.querySelectorAll('[aria-invalid]')) invalid.removeAttribute('aria-invalid')
}

/** What went wrong: beside the fields where it names them, else above the result. @param {any} body */
function showProblem(body) {
  const problem = body.error ?? body
  if (problem.code === 'session_over') return showSessionOver()
  let first = true
  let elsewhere = problem.errors === undefined
  for (const { field, message } of problem.errors ?? []) {
    const name = toControlName(field)
    const place = document.getElementById(`${name}-problem`)
    if (place === null) {
      elsewhere = true
      continue
    }
    place.textContent = message
    place.hidden = false
    control(name).setAttribute('aria-invalid', 'true')
    if (first) control(name).focus()
    first = false
  }
  const known = texts.errors[problem.code]
  const meaning = known?.meaning ?? problem.detail ?? problem.message ?? ''
  const title = known?.title ?? texts.unexpected
  if (elsewhere) showNotice(title, meaning, requestText(problem))
  else showNotice(title, texts.result.seeFields)
}

/** What to name when asking about it. @param {{ request_id?: string }} problem */
const requestText = ({ request_id: id }) => (id ? `${texts.requestId} ${id}` : '')

/** @param {string} title @param {...string} details */
function showNotice(title, ...details) {
  const notice = document.createElement('div')
  notice.className = 'notice wrong'
  const heading = document.createElement('strong')
  heading.textContent = title
  notice.append(heading)
  for (const detail of details.filter(Boolean)) {
    const text = document.createElement('p')
    text.className = 'small soft'
    text.textContent = detail
    notice.append(text)
  }
  byId('result-problem').append(notice)
}

/** What was typed is kept, and stands here again after signing in. */
function showSessionOver() {
  keepDraft(form)
  showNotice(texts.sessionExpired)
  const link = document.createElement('a')
  link.href = '/sign-in?next=/judge'
  link.textContent = texts.signIn
  byId('result-problem').lastElementChild?.append(' ', link)
}

/** Says what is being waited for, and how long already. @param {number} started */
function startClock(started) {
  const line = byId('result-waiting')
  line.hidden = false
  let what = ''
  // the seconds are for the eye alone: announcing each would drown the rest
  const seconds = document.createElement('span')
  seconds.setAttribute('aria-hidden', 'true')
  const show = () => {
    seconds.textContent = ` ${((performance.now() - started) / 1000).toFixed(0)} ${texts.result.seconds}`
  }
  const timer = setInterval(show, 1000)
  return {
    /** @param {string} text */
    say(text) {
      if (text === what) return
      what = text
      line.replaceChildren(text, seconds)
    },
    end() {
      clearInterval(timer)
      line.hidden = true
    },
  }
}

/** From `Cache-Status`: whether anything was computed. @param {string} status */
function parseSource(status) {
  if (/;\s*hit/.test(status)) return 'cache'
  return /collapsed/.test(status) ? 'joined' : 'node'
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}

/** @param {string} name */
function control(name) {
  return /** @type {HTMLInputElement} */ (document.getElementById(name))
}
