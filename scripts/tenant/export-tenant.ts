import type { TableRows, TenantExport } from '../../schema/api/tenant-transfer.ts'
import type { Encryption } from '../backup/encryption.ts'
import { StartProblem } from '../local/problem.ts'
import type { AdminApi } from './admin-api.ts'
import { type RowsLine, writeTenantFile } from './tenant-file.ts'

/** Writes all that a gateway holds of a suspended tenant to a file. */
export async function exportTenant(
  api: AdminApi,
  id: string,
  file: string,
  encryption: Encryption | null,
): Promise<TenantExport> {
  const path = `/tenants/${encodeURIComponent(id)}/export`
  const head = await api.get<TenantExport>(path)
  const lines = async function* (): AsyncGenerator<RowsLine> {
    for (const { name, rows } of head.tables) {
      const read = yield* readTable(api, path, name)
      // what was in flight when the tenant was suspended may still have been stored
      if (read !== rows) throw new StartProblem(`${name} changed while it was exported: try again.`)
    }
  }
  await writeTenantFile(file, head, lines(), encryption)
  return head
}

async function* readTable(api: AdminApi, path: string, table: string): AsyncGenerator<RowsLine, number> {
  let from = 0
  for (let after: number | null = 0; after !== null; ) {
    const page: TableRows = await api.get(`${path}/${encodeURIComponent(table)}?after=${after}`)
    const { columns, rows } = page
    if (rows.length > 0) yield { table, from, columns, rows }
    from += rows.length
    after = page.next
  }
  return from
}
