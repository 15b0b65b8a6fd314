/** Whose answers a file holds, by its name: `org__model__result.jsonl` is the file of `org/model`. */
export function nameOfFile(path: string): string {
  const name = path
    .replace(/^.*[/\\]/, '')
    .replace(/\.(jsonl?|ndjson|txt)$/i, '')
    .replace(/__(result|keval)$/, '')
    .replace('__', '/')
  return name === '' ? 'unnamed' : name.slice(0, 200)
}
