/**
 * The events of a text/event-stream answer, in order.
 * @param {Response} response
 * @returns {AsyncGenerator<{event: string, data: any}>}
 */
export async function* eventsOf(response) {
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

/** @param {string} block */
function parse(block) {
  let event = 'message'
  const data = []
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith('event:')) event = line.slice(6).trim()
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
  }
  // comments that only keep the connection open have no data
  if (data.length === 0) return null
  const text = data.join('\n')
  return { event, data: text.startsWith('{') ? JSON.parse(text) : text }
}
