import { readFileSync } from 'node:fs'
import { join } from 'node:path'

// node scripts/changelog-entry.ts VERSION: prints the entry of a version, for its release notes.
const version = process.argv[2] ?? ''
const entries = readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
const entry = entries.find((one) => one.split(/\s/)[0] === version)
if (entry === undefined) {
  console.error(`CHANGELOG.md has no entry for ${version}.`)
  process.exitCode = 1
} else {
  process.stdout.write(entry.slice(entry.indexOf('\n')).trimStart())
}
