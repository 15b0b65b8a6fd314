import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogFile } from '../../scripts/local/log-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keval-edge-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a log file', () => {
  it('goes on where the start before ended', () => {
    const path = join(folder, 'gateway.log')
    for (const line of ['first start', 'second start']) {
      const log = new LogFile(path)
      log.write(line)
      log.close()
    }
    expect(readFileSync(path, 'utf8')).toBe('first start\nsecond start\n')
  })

  it('is rotated by size, and three older files are kept', () => {
    const path = join(folder, 'gateway.log')
    const log = new LogFile(path, 10)
    for (let n = 1; n <= 6; n++) log.write(`line ${n}`)
    log.close()
    expect(readdirSync(folder).sort()).toEqual([
      'gateway.log',
      'gateway.log.1',
      'gateway.log.2',
      'gateway.log.3',
    ])
    expect(readFileSync(path, 'utf8')).toBe('line 6\n')
    expect(readFileSync(`${path}.3`, 'utf8')).toBe('line 3\n')
  })

  it('counts what it could not write, and says so with the next line', () => {
    const path = join(folder, 'missing', 'gateway.log')
    const log = new LogFile(path)
    log.write('lost')
    log.write('lost, too')
    expect(log.dropped).toBe(2)
  })
})
