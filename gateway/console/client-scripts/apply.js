// The application form in steps. What was typed is kept in this tab until it is sent.

const form = /** @type {HTMLFormElement} */ (document.getElementById('apply'))
const steps = [.../** @type {NodeListOf<HTMLFieldSetElement>} */ (form.querySelectorAll('.step'))]
const marks = [...document.querySelectorAll('#progress li')]
const words = JSON.parse(form.dataset.stepWords ?? '[]')
const messages = JSON.parse(form.dataset.invalid ?? '{}')
const draftName = 'application-draft'
let current = 0

byId('progress').hidden = false
byId('draft-note').hidden = false
if (form.dataset.sent === undefined) restoreDraft()
else current = firstStepWithProblem()
show(current, false)

byId('next').addEventListener('click', () => {
  if (check(steps[current])) show(current + 1, true)
})
byId('previous').addEventListener('click', () => show(current - 1, true))
form.addEventListener('input', (event) => {
  keepDraft()
  if (event.target instanceof Element) clearProblem(event.target)
})
form.addEventListener('submit', (event) => {
  const wrong = steps.findIndex((step) => !check(step))
  if (wrong !== -1) {
    event.preventDefault()
    show(wrong, false)
    check(steps[wrong])
    return
  }
  // the draft is no longer needed: a refused form comes back filled in
  sessionStorage.removeItem(draftName)
})
for (const link of document.querySelectorAll('#problems a')) {
  link.addEventListener('click', () => {
    const target = document.getElementById((link.getAttribute('href') ?? '#').slice(1))
    const step = steps.findIndex((one) => one.contains(target))
    if (step !== -1) show(step, false)
    target?.focus()
  })
}

/** @param {number} step @param {boolean} focus */
function show(step, focus) {
  current = Math.min(Math.max(step, 0), steps.length - 1)
  for (const [index, one] of steps.entries()) one.hidden = index !== current
  for (const [index, mark] of marks.entries()) {
    mark.toggleAttribute('data-done', index < current)
    if (index === current) mark.setAttribute('aria-current', 'step')
    else mark.removeAttribute('aria-current')
  }
  const last = current === steps.length - 1
  byId('previous').hidden = current === 0
  byId('next').hidden = last
  byId('submit').hidden = !last
  byId('step-words').textContent = words[current]
  if (focus) {
    const heading = steps[current].querySelector('h2')
    heading?.setAttribute('tabindex', '-1')
    heading?.focus()
    scrollTo({ top: 0 })
    keepDraft()
  }
}

/** Shows the problems next to the fields of a step, and focuses the first. @param {HTMLFieldSetElement} step */
function check(step) {
  /** @type {HTMLInputElement | null} */
  let first = null
  for (const control of controlsIn(step)) {
    if (!isShown(control)) continue
    const message = messageFor(control)
    setProblem(control, message)
    if (message !== '' && first === null) first = control
  }
  first?.focus()
  return first === null
}

/** @param {HTMLInputElement} control */
function messageFor(control) {
  const { validity } = control
  if (validity.valid) return ''
  if (validity.valueMissing)
    return control.dataset.consent === undefined ? messages.missing : messages.consent
  if (validity.tooLong) return messages.long
  if (validity.rangeOverflow && control.type === 'date') return messages.age
  return control.type === 'email' ? messages.email : messages.format
}

/** @param {HTMLInputElement} control @param {string} message */
function setProblem(control, message) {
  const place = document.getElementById(`${control.name}-problem`)
  if (place === null) return
  place.textContent = message
  place.hidden = message === ''
  if (message === '') control.removeAttribute('aria-invalid')
  else control.setAttribute('aria-invalid', 'true')
}

/** @param {Element} target */
function clearProblem(target) {
  if (target.getAttribute('aria-invalid') === 'true' || target.getAttribute('type') === 'radio') {
    setProblem(/** @type {HTMLInputElement} */ (target), '')
  }
}

function keepDraft() {
  const values = [...new FormData(form)].filter(
    ([name, value]) => typeof value === 'string' && name !== 'consent_version' && !name.startsWith('cf-'),
  )
  sessionStorage.setItem(draftName, JSON.stringify({ step: current, values }))
}

function restoreDraft() {
  const kept = sessionStorage.getItem(draftName)
  if (kept === null) return
  const { step, values } = JSON.parse(kept)
  for (const [name, value] of values) {
    for (const control of controlsIn(form)) {
      if (control.name !== name) continue
      if (control.type === 'radio') control.checked = control.value === value
      else if (control.type === 'checkbox') control.checked = true
      else control.value = value
    }
  }
  current = step
}

function firstStepWithProblem() {
  const found = steps.findIndex((step) => step.querySelector('.problem:not([hidden])') !== null)
  return Math.max(found, 0)
}

/** @param {Element} element */
function controlsIn(element) {
  const found = element.querySelectorAll('input:not([type=hidden]), textarea, select')
  return /** @type {HTMLInputElement[]} */ ([...found])
}

/** Returns whether it is asked at all; the step it is in may be another one. @param {HTMLElement} control */
function isShown(control) {
  return getComputedStyle(control.closest('[data-field]') ?? control).display !== 'none'
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id))
}
