export interface StreamEvent {
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sent
  data: any
}

/** The events of a finished event stream; unnamed ones are called `message`. */
export function eventsOf(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n')
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message'
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6) ?? ''
      return { name, data: data === '[DONE]' ? data : JSON.parse(data) }
    })
}
