import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'keval-build-'))
for (const name of [
  'gateway',
  'schema',
  'scripts',
  'wrangler.toml',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
]) {
  cpSync(join(root, name), join(copy, name), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** The folder of the bundle that `npm run build` leaves. */
const build = () =>
  /built in (.+)\.$/m.exec(execFileSync('npm', ['run', '-s', 'build'], { cwd: copy }).toString())![1]!

it('the gateway is built once for the same sources, again when a file of it is broken or a source changes', () => {
  const folder = build()
  const entry = join(folder, 'index.js')
  const { ino } = statSync(entry)
  const whole = readFileSync(entry)

  expect(build()).toBe(folder)
  expect(statSync(entry).ino).toBe(ino)

  appendFileSync(entry, '// broken')
  expect(build()).toBe(folder)
  expect(readFileSync(entry).equals(whole)).toBe(true)

  appendFileSync(join(copy, 'gateway/index.ts'), '\n// changed\n')
  expect(build()).not.toBe(folder)
  expect(readdirSync(join(copy, 'dist/bundles')).filter((name) => name.startsWith('building-'))).toEqual([])
}, 60_000)
