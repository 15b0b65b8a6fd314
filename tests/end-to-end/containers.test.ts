import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The container files, as far as they can be checked where no images are built. */

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Instructions of a container file, with the lines of each joined. */
const instructions = (name: string) =>
  read(`deploy/container/${name}`)
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, instruction, rest] = /^([A-Z]+) +(.*)$/.exec(line)!
      return { instruction: instruction!, rest: rest!.trim() }
    })

/** The last stage, which is the image. */
const imageStage = (name: string) => {
  const all = instructions(name)
  return all.slice(all.findLastIndex(({ instruction }) => instruction === 'FROM'))
}
const values = (name: string, instruction: string) =>
  imageStage(name)
    .filter((one) => one.instruction === instruction)
    .map(({ rest }) => rest)

describe.each([
  { name: 'Containerfile.gateway', part: 'gateway', entry: 'scripts/serve.ts', route: '/healthz' },
  { name: 'Containerfile.node', part: 'node', entry: 'inference-node/cli.ts', route: '/health' },
])('$name', ({ name, part, entry, route }) => {
  it('installs with the install script, in a stage whose tools stay behind', () => {
    const build = instructions(name).filter(({ rest }) => rest.includes('install.sh'))
    expect(build.map(({ rest }) => rest)).toEqual([`/src/deploy/install.sh ${part}`])
    expect(values(name, 'RUN').join('\n')).not.toMatch(/npm|nodejs|install\.sh/)
    expect(values(name, 'FROM')).toEqual(['$' + '{BASE}'])
  })

  it('runs a file that exists, without privileges, on the Node.js of its own tree', () => {
    const [command] = values(name, 'ENTRYPOINT')
    const [node, script] = JSON.parse(command!) as string[]
    expect([node, script]).toEqual(['/opt/keval-edge/node_modules/node/bin/node', entry])
    expect(existsSync(join(root, entry))).toBe(true)
    expect(values(name, 'WORKDIR')).toEqual(['/opt/keval-edge'])
    const order = imageStage(name).map(({ instruction }) => instruction)
    expect(values(name, 'USER')).toEqual(['keval'])
    expect(order.lastIndexOf('USER')).toBeGreaterThan(order.lastIndexOf('RUN'))
  })

  it('exposes the port that the command listens on, and checks its health there', () => {
    const [port] = values(name, 'EXPOSE')
    const listensOn =
      part === 'gateway'
        ? /freePort\('PORT', settings\.PORT, (\d+)\)/.exec(read('scripts/local/service.ts'))![1]
        : /--port NUMBER +.*\(default (\d+)\)/.exec(help())![1]
    expect(port).toBe(listensOn)
    const [health] = values(name, 'HEALTHCHECK')
    expect(health).toContain(port)
    expect(health).toContain(`${route}`)
  })
})

const help = () =>
  execFileSync('node', [join(root, 'inference-node/cli.ts'), 'serve', '--help'], { encoding: 'utf8' })

it('an image and an installation hold the same files, which exist and are tracked', () => {
  const allowed = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(allowed[0]).toBe('*')
  const [, list] = /^installed='([^']+)'/m.exec(read('deploy/install.sh'))!
  const installed = list!.trim().split(/\s+/)
  expect(
    allowed
      .slice(1)
      .map((line) => line.slice(1))
      .sort(),
  ).toEqual([...installed].sort())
  const tracked = execFileSync('git', ['ls-files', '--', ...installed], { cwd: root, encoding: 'utf8' })
  for (const path of installed) {
    expect(existsSync(join(root, path)), path).toBe(true)
    expect(
      tracked.split('\n').some((file) => file === path || file.startsWith(`${path}/`)),
      path,
    ).toBe(true)
  }
})

it('a release builds each container file that there is', () => {
  const [, parts] = /part: \[([^\]]+)\]/.exec(read('.github/workflows/release.yml'))!
  expect(parts!.split(', ')).toEqual(['gateway', 'node'])
})
