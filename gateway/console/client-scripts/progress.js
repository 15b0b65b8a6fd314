// Follows a running evaluation or audit until it has ended, then loads the page with its tables.

const place = /** @type {HTMLElement} */ (document.getElementById('run'))
const texts = JSON.parse(place.dataset.texts ?? '{}')
const bar = /** @type {HTMLProgressElement} */ (place.querySelector('progress'))
const delay = /** @type {HTMLElement} */ (document.getElementById('delay'))
const everyMs = 1500
/** Without a judgment for so long, the page says so. */
const longMs = 60_000
let movedAt = Date.now() - Number(place.dataset.still)

const title = document.title
const endedPlace = 'evaluation-ended'
const notify = document.getElementById('notify')

if (place.dataset.running !== undefined) {
  setTimeout(follow, everyMs)
  offerNotice()
} else if (sessionStorage.getItem(endedPlace) === place.dataset.id) {
  // the title of the tab shows it until the page is viewed
  document.title = `✓ ${title}`
  const seen = () => {
    if (document.hidden) return
    document.title = title
    sessionStorage.removeItem(endedPlace)
  }
  document.addEventListener('visibilitychange', seen)
}

async function follow() {
  try {
    const response = await fetch(`/console/api/v1/${place.dataset.collection}/${place.dataset.id}`)
    if (response.status === 401) return location.reload()
    if (response.ok) {
      const evaluation = await response.json()
      if (!['receiving', 'running'].includes(evaluation.status)) return end(evaluation)
      show(evaluation)
    }
  } catch {
    // the network comes and goes; the evaluation runs on without this page
  }
  setTimeout(follow, everyMs)
}

/** A notification has to be allowed by a press; a browser without them offers none. */
function offerNotice() {
  if (notify === null || !('Notification' in window) || Notification.permission !== 'default') return
  notify.hidden = false
  notify.addEventListener('click', async () => {
    await Notification.requestPermission()
    notify.hidden = true
  })
}

/** @param {any} evaluation */
function end(evaluation) {
  sessionStorage.setItem(endedPlace, evaluation.id)
  if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
    new Notification(texts.ended, { body: evaluation.name, tag: evaluation.id })
  }
  location.reload()
}

/** @param {any} evaluation */
function show({ counts, progress, rate, seconds_left: left }) {
  if (progress > bar.value) {
    movedAt = Date.now()
    delay.replaceChildren()
  } else if (Date.now() - movedAt > longMs && !delay.hasChildNodes()) sayStalled()
  bar.value = progress
  document.title = `${Math.floor(progress * 100)}% · ${title}`
  bar.textContent = `${Math.floor(progress * 100)}%`
  fill('rated', counts.rated)
  fill('wrong', counts.wrong)
  fill('failed', counts.failed)
  fill('pending', counts.pending)
  fill('rate', rate === null ? texts.unknown : rate.toFixed(1))
  fill('left', left === null ? texts.unknown : timeLeft(left))
}

function sayStalled() {
  const notice = document.createElement('p')
  notice.className = 'notice careful'
  notice.textContent = texts.stalled
  delay.append(notice)
}

/** @param {string} name @param {unknown} value */
function fill(name, value) {
  const slot = place.querySelector(`[data-slot="${name}"]`)
  if (slot) slot.textContent = String(value)
}

/** @param {number} seconds */
function timeLeft(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} ${texts.seconds}`
  return `${Math.ceil(seconds / 60)} ${texts.minutes}`
}
