import type { TenantExport } from '../../schema/api/tenant-transfer.ts'
import type { Encryption } from '../backup/encryption.ts'
import { StartProblem } from '../local/problem.ts'
import type { AdminApi } from './admin-api.ts'
import { type RowsLine, readTenantFile } from './tenant-file.ts'

/** Imports the file of a tenant: all of it is checked before anything is sent. */
export async function importTenant(
  api: AdminApi,
  file: string,
  opening: Encryption,
  keys: 'keep' | 'revoke',
): Promise<TenantExport> {
  const head = await check(file, opening)
  const path = `/tenants/${encodeURIComponent(head.tenant.id)}/import`
  await api.post(`/tenants/import?keys=${keys}`, head)
  try {
    for await (const line of readTenantFile(file, opening)) {
      if ('head' in line) continue
      const { table, ...body } = line
      await api.post(`${path}/${encodeURIComponent(table)}`, body)
    }
    await api.post(path, { tables: head.tables })
  } catch (error) {
    const id = head.tenant.id
    const what = `The import stopped; ${id} is not usable. Delete it (DELETE /admin/v1/tenants/${id}) and import it again.`
    throw new StartProblem(`${(error as Error).message}\n${what}`)
  }
  return head
}

/** Reads a file to its end and compares the number of rows of each table. */
async function check(file: string, opening: Encryption): Promise<TenantExport> {
  let head: TenantExport | null = null
  const rows = new Map<string, number>()
  for await (const line of readTenantFile(file, opening)) {
    if ('head' in line) head ??= line.head
    else count(rows, line)
  }
  if (head === null) throw new StartProblem(`${file} is no export of a tenant.`)
  const wrong = head.tables.find(({ name, rows: expected }) => (rows.get(name) ?? 0) !== expected)
  if (wrong !== undefined) throw new StartProblem(`${file} is damaged: ${wrong.name} lacks rows.`)
  return head
}

function count(rows: Map<string, number>, { table, rows: some }: RowsLine): void {
  rows.set(table, (rows.get(table) ?? 0) + some.length)
}
