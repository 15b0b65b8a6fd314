import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

/** The units and scripts of deploy/. */

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'keval-units-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0
if (!hasSystemd) console.warn('systemd-analyze is not installed: the units are not verified')

describe.each(readdirSync(join(root, 'deploy/systemd')))('%s', (name) => {
  it.runIf(hasSystemd)('is what systemd accepts, with the files that it starts in place', () => {
    const unit = readFileSync(join(root, 'deploy/systemd', name), 'utf8').replaceAll('/opt/keval-edge', root)
    const file = join(folder, name)
    writeFileSync(file, unit)
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    })
    expect(
      stderr.split('\n').filter((line) => line.includes(name.replace('@', '')) || line.includes(name)),
    ).toEqual([])
    expect(status).toBe(0)
  })
})

it('the install script is plain shell and names what it lacks', () => {
  execFileSync('sh', ['-n', join(root, 'deploy/install.sh')])
  const { status, stderr } = spawnSync('sh', [join(root, 'deploy/install.sh')], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toBe('install.sh: say what to install: deploy/install.sh gateway|node [FOLDER]\n')
})
