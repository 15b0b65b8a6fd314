/** The dial as a mark: a rating on its way from 0 to 10. The same drawing is the favicon. */
export function Brand() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b5f57" />
      <path
        d="M7 21a9 9 0 1 1 18 0"
        fill="none"
        stroke="#ffffff"
        stroke-opacity=".35"
        stroke-width="3.4"
        stroke-linecap="round"
      />
      <path
        d="M7 21a9 9 0 0 1 14.4-7.2"
        fill="none"
        stroke="#ffffff"
        stroke-width="3.4"
        stroke-linecap="round"
      />
      <circle cx="16" cy="21" r="2.4" fill="#ffb59f" />
    </svg>
  )
}
