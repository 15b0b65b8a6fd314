// Keeps a draft of the playground in this tab, so that it survives a lost session and a visit to another page.

const place = 'judge-draft'

/** @param {HTMLFormElement} form */
export function keepDraft(form) {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === 'string')
  const unchecked = [...form.querySelectorAll('input[type=checkbox]:not(:checked)')].map(({ id }) => id)
  sessionStorage.setItem(place, JSON.stringify({ fields, unchecked }))
}

/** @param {HTMLFormElement} form @returns {boolean} whether there was a draft */
export function restoreDraft(form) {
  const kept = sessionStorage.getItem(place)
  if (kept === null) return false
  const { fields, unchecked } = JSON.parse(kept)
  for (const [name, value] of fields) {
    const control = form.elements.namedItem(name)
    // a model that is served no more cannot be chosen
    const isChoice = control instanceof HTMLSelectElement
    if (isChoice && ![...control.options].some((option) => option.value === value)) continue
    if (control !== null && 'value' in control) control.value = value
  }
  for (const id of unchecked) {
    const box = document.getElementById(id)
    if (box instanceof HTMLInputElement) box.checked = false
  }
  return true
}
