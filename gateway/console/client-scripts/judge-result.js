// Messages of the playground: problems, and progress while it waits.
import { toControlName } from './judgment-request.js'

export const texts = JSON.parse(byId('result').dataset.texts ?? '{}')

/** Shows a problem next to the fields it names, or else above the result. @param {any} body */
export function showProblem(body) {
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

/** The request id, to quote in a support request. @param {{ request_id?: string }} problem */
export const requestText = ({ request_id: id }) => (id ? `${texts.requestId} ${id}` : '')

/** @param {string} title @param {...string} details */
export function showNotice(title, ...details) {
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

/** Saves the form as a draft, which is restored after signing in. */
export function showSessionOver() {
  showNotice(texts.sessionEnded)
  const link = document.createElement('a')
  link.href = '/sign-in?next=/judge'
  link.textContent = texts.signIn
  byId('result-problem').lastElementChild?.append(' ', link)
}

/** Says what is being waited for, and how long already. @param {number} started */
export function startClock(started) {
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

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}

/** @param {string} name */
export function control(name) {
  return /** @type {HTMLInputElement} */ (document.getElementById(name))
}
