import { env } from 'cloudflare:workers'

/** Every row of every table of the control plane, with bytes as text: what a thief of the database reads. */
export async function everything(): Promise<Record<string, string[]>> {
  const { results } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like '_cf_%' and name not like 'sqlite_%'",
  ).all<{ name: string }>()
  const tables: Record<string, string[]> = {}
  for (const { name } of results) {
    const rows = await env.DB.prepare(`select * from "${name}"`).all()
    tables[name] = rows.results.map(asText)
  }
  return tables
}

function asText(row: Record<string, unknown>): string {
  const values = Object.values(row).map((value) =>
    Array.isArray(value) || value instanceof ArrayBuffer ? bytesAsText(value) : String(value),
  )
  return values.join('\n')
}

const bytesAsText = (bytes: number[] | ArrayBuffer) =>
  new TextDecoder('utf-8').decode(bytes instanceof ArrayBuffer ? bytes : Uint8Array.from(bytes))

/** The sealed records of an application. */
export const listSealed = async (id: string) =>
  (await env.DB.prepare('select * from sealed_records where application_id = ?').bind(id).all()).results
