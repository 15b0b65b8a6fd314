import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkMasterSecret } from '../../scripts/local/master-secret.ts'
import { readSettings, toGatewayBindings } from '../../scripts/settings/read-settings.ts'
import { settingNames } from '../../scripts/settings/table.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keval-edge-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (text: string, mode = 0o600) => {
  writeFileSync(join(folder, 'keval.toml'), text)
  chmodSync(join(folder, 'keval.toml'), mode)
}
const read = (environment: Record<string, string> = {}) => readSettings(environment, 'demonstration', folder)
const problems = (
  environment: Record<string, string>,
  mode: 'demonstration' | 'production' = 'demonstration',
) => {
  try {
    readSettings(environment, mode, folder)
    return []
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.trim())
  }
}

/** Names in the first column of a page's tables of settings. */
const documented = (page: string) => {
  const text = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8')
  const tables = text.matchAll(/^\| [Nn]ame \|.*\n\|[-|]+\n((?:\|.*\n)+)/gm)
  return [...tables].flatMap(([, rows]) =>
    [...rows!.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([A-Z][A-Z_…]+)`(?! \(binding)/g)].map(([, name]) => name!.replace(/^KEVAL_/, '')),
    ),
  )
}

it('the tables of the documentation name every setting, and none that does not exist', () => {
  const text = ['DEPLOY.md', 'ACCESS.md']
    .map((page) => readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8'))
    .join('\n')
  const names = ['DEPLOY.md', 'ACCESS.md'].flatMap(documented)
  expect(names.length).toBeGreaterThan(20)
  const isKnown = (name: string) =>
    name.endsWith('…')
      ? settingNames.some((one) => one.startsWith(name.slice(0, -1)))
      : settingNames.some((one) => one === name)
  expect(names.filter((name) => !isKnown(name))).toEqual([])
  expect(settingNames.filter((name) => !new RegExp(`\`(KEVAL_)?${name}\``).test(text))).toEqual([])
})

describe('settings', () => {
  it('come from a file, with lists and tables, and the environment wins', () => {
    write(`
public_url = "https://keval.example"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
tenant_storage_bytes = 1000000
port = 8000
[application_fields]
phone = "optional"
[retention]
rejected = 14
`)
    const settings = read({ PORT: '9000', KEVAL_NODES: 'http://127.0.0.1:1' })
    expect(settings.PORT).toBe('9000')
    expect(toGatewayBindings(settings)).toEqual({
      PUBLIC_URL: 'https://keval.example',
      TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8',
      TENANT_STORAGE_BYTES: '1000000',
      APPLICATION_FIELDS: '{"phone":"optional"}',
      RETENTION: '{"rejected":14}',
      NODES: 'http://127.0.0.1:1',
    })
  })

  it('are checked together, and every mistake is named at once', () => {
    write('publik_url = "https://keval.example"\nretention = { forever = 1 }\nport = 99999\n')
    const environment = {
      PUBLIC_URL: 'http://keval.example',
      ADMIN_SECRET: 'short',
      MASTER_SECRET: 'c2hvcnQ=',
      KEVAL_TRUSTED_PROXIES: '127.0.0.1, loadbalancer',
      KEVAL_NODE_TIMEOUT: '5',
      APPLICATION_FIELDS: '{"email":"optional"}',
      NODE_SECRET: '노드의 비밀',
      NODE_HEDGE: 'p99',
      SMTP_USER: 'keval',
      TENANT_STORAGE_BYTES: '8 GB',
    }
    const [first, ...rest] = problems(environment)
    expect(first).toBe('14 settings are wrong:')
    const file = join(folder, 'keval.toml')
    for (const start of [
      `publik_url in ${file}: there is no such setting; the nearest is public_url.`,
      `retention in ${file}: must be days from 1 to 3650`,
      `port in ${file}: must be a port from 1 to 65535, not "99999".`,
      'PUBLIC_URL: must begin with https://',
      'ADMIN_SECRET: must have 24 characters',
      'MASTER_SECRET: must be base64 of 32 bytes',
      'KEVAL_TRUSTED_PROXIES: "loadbalancer" is neither',
      'KEVAL_NODE_TIMEOUT: there is no such setting.',
      'APPLICATION_FIELDS: must be fields of the form',
      'NODE_SECRET: may have printable ASCII',
      'NODE_HEDGE: must be p95 or',
      'SMTP_USER and SMTP_PASSWORD: belong together',
      'SMTP_USER: need SMTP_HOST.',
      'TENANT_STORAGE_BYTES: must be a whole number of bytes',
    ])
      expect(
        rest.some((line) => line.startsWith(start)),
        start,
      ).toBe(true)
    expect(rest.join()).not.toContain('c2hvcnQ=')
  })

  it('of a service name the address it is reached at and the proxy in front', () => {
    expect(problems({}, 'production')).toEqual([expect.stringMatching(/^PUBLIC_URL: must be set/)])
    expect(problems({ PUBLIC_URL: 'https://keval.example' }, 'production')).toEqual([
      expect.stringMatching(/^TRUSTED_PROXIES: must name the reverse proxy/),
    ])
    expect(
      problems({ PUBLIC_URL: 'https://keval.example', TRUSTED_PROXIES: '127.0.0.1' }, 'production'),
    ).toEqual([])
    expect(problems({ PUBLIC_URL: 'http://127.0.0.1:8787' }, 'production')).toEqual([])
  })

  it('that are secret may lie in files of their own, and never in one that others can read', () => {
    writeFileSync(join(folder, 'admin'), 'admin-secret-of-the-tests-000000000000\n')
    expect(read({ ADMIN_SECRET_FILE: join(folder, 'admin') }).ADMIN_SECRET).toBe(
      'admin-secret-of-the-tests-000000000000',
    )
    expect(problems({ ADMIN_SECRET_FILE: join(folder, 'none') })).toEqual([
      `ADMIN_SECRET_FILE: ${join(folder, 'none')} cannot be read (ENOENT).`,
    ])
    write('admin_secret = "admin-secret-of-the-tests-000000000000"\n', 0o644)
    expect(problems({})).toEqual([
      `${join(folder, 'keval.toml')}: holds secrets and is readable by others (chmod 600).`,
    ])
  })

  it('name a wrong node address in words, and do not repeat it', () => {
    expect(problems({ NODES: 'http://127.0.0.1:1,127.0.0.1:2' })).toEqual([
      'NODES: address 2 must begin with http:// or https://.',
    ])
    const [line] = problems({ NODES: 'http://user:password-of-a-node@127.0.0.1:1' })
    expect(line).toContain('must not contain a user name')
    expect(line).not.toContain('password-of-a-node')
  })

  it('refuse two names of one setting with two values, and a file that is no TOML without quoting it', () => {
    expect(problems({ NODES: 'http://127.0.0.1:1', KEVAL_NODES: 'http://127.0.0.1:2' })).toEqual([
      'KEVAL_NODES and NODES: have different values; set one of them.',
    ])
    write('admin_secret = "a-secret-of-many-characters\n')
    const [line] = problems({})
    expect(line).toContain('keval.toml')
    expect(line).not.toContain('a-secret-of-many')
    expect(problems({ KEVAL_SETTINGS: join(folder, 'missing.toml') })[0]).toContain('missing.toml')
  })
})

describe('the master secret', () => {
  const [first, second] = ['MQ==', 'Mg=='].map((text) => text.padStart(44, 'A')) as [string, string]

  it('is the one that the data are sealed with, or has that one as the previous', () => {
    checkMasterSecret(folder, first, undefined)
    checkMasterSecret(folder, first, undefined)
    expect(() => checkMasterSecret(folder, second, undefined)).toThrow(/another MASTER_SECRET: set it again/)
    checkMasterSecret(folder, second, first)
    checkMasterSecret(folder, second, undefined)
    expect(() => checkMasterSecret(folder, first, undefined)).toThrow(/another MASTER_SECRET/)
  })

  it('is never written down by the check', () => {
    checkMasterSecret(folder, first, undefined)
    expect(readFileSync(join(folder, 'master-secret.sha256'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  })
})
