// A link from a mail leads to the status page: its token stands behind the # and works once.

const token = location.hash.slice(1)
const form = /** @type {HTMLFormElement} */ (document.getElementById('status-link'))

if (/^[\w-]{8,128}$/.test(token)) {
  // the token must stay neither in the history nor in the address bar
  history.replaceState(null, '', location.pathname)
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('token'))
  field.value = token
  form.hidden = false
}
