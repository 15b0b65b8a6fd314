// On every page: times in the reader's zone, and the switch between light and dark.
import { showLocalTimes } from './moments.js'

showLocalTimes(document)
// drafts belong to who was signed in
document.querySelector('form[action="/sign-out"]')?.addEventListener('submit', () => sessionStorage.clear())

const button = document.querySelector('[data-theme-switch]')

button?.addEventListener('click', () => {
  const root = document.documentElement
  const dark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches
  const theme = dark ? 'light' : 'dark'
  root.dataset.theme = theme
  // the server reads it, so that the next page is painted right from the start
  // biome-ignore lint/suspicious/noDocumentCookie: older browsers have no Cookie Store API
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax; secure`
})
