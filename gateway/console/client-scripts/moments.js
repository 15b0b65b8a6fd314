// Moments in the reader's own time zone, with the zone named. The server wrote them in Korean time.

const locale = document.documentElement.lang === 'ko' ? 'ko-KR' : 'en-GB'
const shown = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' })
const zoned = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' })

/** @param {ParentNode} root */
export function showLocalTimes(root) {
  for (const element of root.querySelectorAll('time[data-moment]')) {
    const moment = new Date(element.getAttribute('datetime') ?? '')
    element.textContent = `${shown.format(moment)} ${zoneName(moment)}`
    element.setAttribute('title', exact.format(moment))
  }
}

/** @param {Date} moment */
function zoneName(moment) {
  if (zoned.resolvedOptions().timeZone === 'Asia/Seoul') return 'KST'
  return zoned.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
