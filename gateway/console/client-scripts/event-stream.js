/**
 * @typedef {import('../../../schema/api/judgments.ts').Judgment} Judgment
 * @typedef {import('../../../schema/api/error-body.ts').ProblemBody} Problem
 * @typedef {{ event: 'explanation.delta', data: { delta: string } }
 *   | { event: 'judgment', data: Judgment }
 *   | { event: 'done', data: { id: string } }
 *   | { event: 'error', data: Problem }} JudgmentEvent
 */

/**
 * The events of a judgment's stream, in order.
 * @param {Response} response
 * @returns {AsyncGenerator<JudgmentEvent>}
 */
export async function* readEvents(response) {
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    rest += value
    const blocks = rest.split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const found = parse(block)
      if (found !== null) yield found
    }
  }
}

/** @param {string} block @returns {JudgmentEvent | null} */
function parse(block) {
  let event = ''
  const data = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) event = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
  }
  // comments that only keep the connection open have no data
  if (data.length === 0) return null
  return /** @type {JudgmentEvent} */ ({ event, data: JSON.parse(data.join('\n')) })
}
