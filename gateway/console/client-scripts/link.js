// The pages that mails link to: the token stands behind the # and works once.

const token = location.hash.slice(1)
const place = /** @type {HTMLElement} */ (document.getElementById('link'))
const texts = JSON.parse(place.dataset.texts ?? '{}')
const button = /** @type {HTMLButtonElement} */ (document.getElementById('link-button'))
const problem = /** @type {HTMLElement} */ (document.getElementById('link-problem'))

// the token must stay neither in the history nor in the address bar
history.replaceState(null, '', location.pathname)
if (/^[\w-]{8,128}$/.test(token)) button.hidden = false
else say(texts.noToken)

button.addEventListener('click', async () => {
  button.disabled = true
  try {
    const response = await fetch(`${place.dataset.path}${token}`, { method: 'POST' })
    const body = await response.json()
    if (response.ok) return done(body)
    const gone = response.status === 404 || response.status === 409 || response.status === 410
    say(gone ? texts.used : (texts.errors[body.code] ?? `${body.title} ${body.detail}`))
    button.hidden = gone
  } catch {
    say(texts.offline)
  } finally {
    button.disabled = false
  }
})

/** @param {any} body */
function done(body) {
  const result = /** @type {HTMLElement} */ (document.getElementById('link-done'))
  if (body.key !== undefined) showKey(result, body)
  place.hidden = true
  result.hidden = false
  result.focus()
}

/** @param {HTMLElement} result @param {any} body */
function showKey(result, body) {
  fill(result, 'key', body.key.slice(0, -6))
  fill(result, 'checksum', body.key.slice(-6))
  fill(result, 'scopes', body.scopes.map((/** @type {string} */ scope) => texts.scopes[scope]).join(', '))
  fill(result, 'plan', body.plan)
  fill(result, 'expires', body.expires_at ? koreanDay(body.expires_at) : texts.never)
  // the key is shown on this page alone: the page in the other language would not show it
  const otherLanguage = document.querySelector('header a[hreflang]')
  if (otherLanguage instanceof HTMLElement) otherLanguage.hidden = true
  const credential = result.querySelector('[data-slot="credential"]')
  if (credential instanceof HTMLInputElement) credential.value = body.key
}

/** The last day of a key in Korean time. @param {string} moment */
const koreanDay = (moment) =>
  new Date(moment).toLocaleDateString(document.documentElement.lang === 'ko' ? 'ko-KR' : 'en-GB', {
    dateStyle: 'medium',
    timeZone: 'Asia/Seoul',
  })

/** @param {HTMLElement} result @param {string} name @param {string} text */
function fill(result, name, text) {
  const slot = result.querySelector(`[data-slot="${name}"]`)
  if (slot) slot.textContent = text
}

/** @param {string} text */
function say(text) {
  problem.textContent = text
  problem.hidden = false
}
