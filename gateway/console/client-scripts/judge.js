import { showCodeSamples } from './code-samples.js'
import { keepDraft, restoreDraft } from './draft.js'
import { readEvents } from './event-stream.js'
import {
  byId,
  control,
  requestText,
  showNotice,
  showProblem,
  showSessionOver,
  startClock,
  texts,
} from './judge-result.js'
import { drawJudgmentCards } from './judgment-cards.js'
import { toRequest } from './judgment-request.js'

const form = /** @type {HTMLFormElement} */ (document.getElementById('judge'))
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
// earlier judgments are in the page already
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
    // the pressed button is gone: the focus moves to the start of the answer
    if (lostFocus) byId('result-title').focus({ preventScroll: true })
  }
}

/** Returns whether more than one sample is asked for. */
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

/** From `Cache-Status`: whether anything was computed. @param {string} status */
function parseSource(status) {
  if (/;\s*hit/.test(status)) return 'cache'
  return /collapsed/.test(status) ? 'joined' : 'node'
}
