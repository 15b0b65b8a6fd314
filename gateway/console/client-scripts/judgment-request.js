/**
 * The body of `POST /v1/judgments` that a form stands for. What is left empty is left out.
 * @param {HTMLFormElement} form
 */
export function toRequest(form) {
  const data = new FormData(form)
  const text = (/** @type {string} */ name) => String(data.get(name) ?? '')
  const turn = (/** @type {number} */ number) => ({
    question: text(`question_${number}`),
    answer: text(`answer_${number}`),
    ...(text(`reference_${number}`) !== '' && { reference: text(`reference_${number}`) }),
  })
  /** @type {Record<string, unknown>} */
  const request = { model: text('model') }
  if (text('template') !== '') request.template = text('template')
  if (text('turns') === '2') request.turns = [turn(1), turn(2)]
  else Object.assign(request, turn(1))
  if (text('protocol') !== 'ko-bench') request.protocol = text('protocol')
  for (const name of ['temperature', 'seed', 'max_tokens', 'n']) {
    if (text(name) !== '') request[name] = Number(text(name))
  }
  if (data.has('rating_probabilities')) request.rating_probabilities = true
  return request
}

/**
 * The name of the control that a field of the request came from.
 * @param {string} field
 */
export function toControlName(field) {
  const turn = /^turns\.(\d)\.(\w+)$/.exec(field)
  if (turn) return `${turn[2]}_${Number(turn[1]) + 1}`
  return ['question', 'answer', 'reference'].includes(field) ? `${field}_1` : field
}
