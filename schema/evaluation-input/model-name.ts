/** The model that a file is named after: `org__model__result.jsonl` holds the answers of `org/model`. */
export function toModelName(path: string): string {
  const name = path
    .replace(/^.*[/\\]/, '')
    .replace(/\.gz$/i, '')
    .replace(/\.(jsonl?|ndjson|txt|csv|tsv)$/i, '')
    .replace(/__(result|keval)$/, '')
    .replace('__', '/')
  return name === '' ? 'unnamed' : name.slice(0, 200)
}
