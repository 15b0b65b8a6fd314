// Rows by keyboard: the arrows and j, k follow the links to the rows, or pages, before and after.
const keys = new Map([
  ['ArrowRight', 'next'],
  ['j', 'next'],
  ['ArrowLeft', 'prev'],
  ['k', 'prev'],
])

document.addEventListener('keydown', (event) => {
  const rel = keys.get(event.key)
  if (rel === undefined || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  // a key that types, or scrolls what has the focus, keeps its meaning
  const target = /** @type {Element} */ (event.target)
  if (target.closest('input, select, textarea, summary, [tabindex="0"]')) return
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector(`main a[rel="${rel}"]`))
  if (link === null) return
  event.preventDefault()
  link.click()
})
