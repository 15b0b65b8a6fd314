import { showLocalTimes } from './moments.js'

/**
 * Has the server draw what was judged: the page and the script show one card. The answer is parsed as a document of
 * its own, in which nothing runs, and taken over; null where it is none, because the session has ended.
 * @param {import('../../../schema/api/judgments.ts').Judgment[]} judgments
 * @param {{source: string, milliseconds: number}} arrival
 * @param {string} csrf
 * @returns {Promise<Element | null>}
 */
export function drawJudgmentCards(judgments, arrival, csrf) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/judge/cards')
    request.responseType = 'document'
    request.addEventListener('error', () => reject(new TypeError('the cards did not come')))
    request.addEventListener('load', () => {
      const cards = request.response?.getElementById('result-card') ?? null
      if (cards !== null) {
        document.adoptNode(cards)
        showLocalTimes(cards)
      }
      resolve(cards)
    })
    const form = new FormData()
    form.set('csrf', csrf)
    form.set('judgments', JSON.stringify(judgments))
    form.set('source', arrival.source)
    form.set('milliseconds', String(Math.round(arrival.milliseconds)))
    request.send(form)
  })
}
