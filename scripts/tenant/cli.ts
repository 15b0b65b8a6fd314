import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chooseEncryption, toOpening } from '../backup/encryption.ts'
import { describeError } from '../local/lifecycle.ts'
import { StartProblem } from '../local/problem.ts'
import { AdminApi } from './admin-api.ts'
import { exportTenant } from './export-tenant.ts'
import { importTenant } from './import-tenant.ts'

process.umask(0o077)

const usage = `Usage:
  npm run tenant -- export TENANT FILE [--encrypt | --recipient age1…]
  npm run tenant -- import FILE [--keys keep|revoke] [--identity FILE]
KEVAL_URL is the address of the gateway, ADMIN_SECRET its operator's secret. The tenant must be suspended to be exported,
and is suspended when it was imported. --encrypt takes the passphrase in KEVAL_BACKUP_PASSPHRASE.`

async function run(): Promise<void> {
  const { command, tenant, file, keys, encrypt, recipient, identity } = parseOptions()
  const { KEVAL_URL: url, ADMIN_SECRET: secret } = process.env
  if (!url || !secret) throw new StartProblem('Set KEVAL_URL and ADMIN_SECRET.')
  const api = new AdminApi(url, secret)
  const passphrase = process.env.KEVAL_BACKUP_PASSPHRASE || undefined
  if (command === 'export') {
    if (existsSync(file)) throw new StartProblem(`${file} exists already: choose another name.`)
    const encryption = chooseEncryption({ encrypt, recipient, passphrase })
    const { tables } = await exportTenant(api, tenant, file, encryption)
    console.log(`Exported ${tenant}, ${countRows(tables)} rows, to ${file}.`)
    return
  }
  if (!existsSync(file)) throw new StartProblem(`There is no file ${file}.`)
  const imported = await importTenant(api, file, toOpening(passphrase, identity), keys)
  const { id } = imported.tenant
  console.log(`Imported ${id}, ${countRows(imported.tables)} rows. It is suspended: resume it to open it.`)
}

const countRows = (tables: { rows: number }[]) => tables.reduce((total, { rows }) => total + rows, 0)

function parseOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        encrypt: { type: 'boolean', default: false },
        recipient: { type: 'string' },
        identity: { type: 'string' },
        keys: { type: 'string', default: 'keep' },
      },
    })
    const [command, ...rest] = positionals
    const { keys, ...options } = values
    if (keys !== 'keep' && keys !== 'revoke') throw new Error('--keys must be keep or revoke.')
    if (command === 'export' && rest.length === 2)
      return { command, tenant: rest[0]!, file: resolve(rest[1]!), keys, ...options } as const
    if (command === 'import' && rest.length === 1)
      return { command, tenant: '', file: resolve(rest[0]!), keys, ...options } as const
    throw new Error('A command and its file are needed.')
  } catch (error) {
    throw new StartProblem(`${(error as Error).message}\n${usage}`)
  }
}

run().catch((error: unknown) => {
  console.error(describeError(error))
  process.exit(1)
})
