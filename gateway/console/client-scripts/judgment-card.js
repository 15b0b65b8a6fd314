/**
 * Fills the card that the server drew empty.
 * @param {Element} card
 * @param {any} judgment
 * @param {{source: string, milliseconds: number}} answer how it came here
 * @param {any} texts
 */
export function fillJudgmentCard(card, judgment, answer, texts) {
  const { provenance, usage } = judgment
  const unknown = texts.card.unknown
  const values = {
    source: texts.card.sources[answer.source],
    time: `${(answer.milliseconds / 1000).toFixed(2)} s`,
    tokens: `${usage.prompt_tokens} + ${usage.completion_tokens}`,
    explanation: judgment.explanation,
    verdict: texts.verdictHints[judgment.verdict],
    model: judgment.model,
    template: judgment.template,
    created: new Date(judgment.created * 1000).toLocaleString(document.documentElement.lang),
    id: judgment.id,
    fingerprint: judgment.fingerprint,
    weights: provenance.weights_digest ?? unknown,
    precision: `${provenance.precision ?? unknown} · ${provenance.provider ?? unknown}`,
    node: provenance.node,
    version: provenance.template_version,
    prompt: provenance.prompt_sha256,
    sampling: [provenance.sampling.temperature, provenance.sampling.top_p, provenance.sampling.seed].join(
      ' · ',
    ),
    rule: provenance.rating_rule ?? texts.none,
    text: judgment.text,
  }
  for (const [name, value] of Object.entries(values)) slot(card, name).textContent = String(value)
  slot(card, 'verdict').hidden = judgment.verdict === 'rated'
  setWarnings(card, judgment.warnings ?? [])
  setDial(card, judgment.rating, texts)
  setBars(card, judgment.rating_probabilities?.probabilities ?? null)
}

/** @param {Element} card @param {string} name @returns {HTMLElement} */
function slot(card, name) {
  const found = card.querySelector(`[data-slot="${name}"]`)
  if (!(found instanceof HTMLElement)) throw new Error(`The card has no slot ${name}.`)
  return found
}

/** @param {Element} card @param {{message: string}[]} warnings */
function setWarnings(card, warnings) {
  const place = slot(card, 'warnings')
  place.hidden = warnings.length === 0
  for (const { message } of warnings) {
    const item = document.createElement('li')
    item.textContent = message
    place.querySelector('ul')?.append(item)
  }
}

const svg = 'http://www.w3.org/2000/svg'

/** @param {Element} card @param {number | null} rating @param {any} texts */
function setDial(card, rating, texts) {
  const dial = card.querySelector('.dial')
  if (dial === null || rating === null) return
  dial.setAttribute('class', `dial ${rating < 4 ? 'low' : rating < 7 ? 'middle' : 'high'}`)
  dial.setAttribute('aria-label', texts.ratingLabelTemplate.replace('{}', String(rating)))
  const track = dial.querySelector('.track')
  const value = document.createElementNS(svg, 'path')
  value.setAttribute('class', 'value')
  value.setAttribute('d', track?.getAttribute('d') ?? '')
  value.setAttribute('pathLength', '10')
  value.setAttribute('stroke-dasharray', '0 20')
  track?.after(value)
  // the next frame, so that the arc grows from nothing
  requestAnimationFrame(() => value.setAttribute('stroke-dasharray', `${rating} 20`))
  const number = dial.querySelector('.none')
  number?.setAttribute('class', 'rating')
  number?.setAttribute('y', '62')
  if (number) number.textContent = String(rating)
}

/** @param {Element} card @param {Record<string, number> | null} probabilities */
function setBars(card, probabilities) {
  slot(card, 'probabilities').hidden = probabilities === null
  if (probabilities === null) return
  for (const item of card.querySelectorAll('.bars > li')) {
    const share = probabilities[item.getAttribute('data-rating') ?? ''] ?? 0
    const bar = item.querySelector('rect')
    bar?.setAttribute('y', String(50 - share * 50))
    bar?.setAttribute('height', String(share * 50))
    const text = item.querySelector('.share')
    if (text) text.textContent = share < 0.005 ? '·' : `${Math.round(share * 100)}%`
  }
}
