import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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

describe('build.sh', () => {
  /** Builds with programs that only write down how they were called, one argument a line. */
  function build(programs: string[], args: string[] = [], environment: Record<string, string> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'keval-build-'))
    try {
      for (const program of ['sh', 'sed', 'dirname']) {
        symlinkSync(
          execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim(),
          join(folder, program),
        )
      }
      for (const program of programs) {
        writeFileSync(join(folder, program), `#!/bin/sh\nprintf '%s\\n' ${program} "$@" '' >> "$CALLS"\n`)
        chmodSync(join(folder, program), 0o755)
      }
      const calls = join(folder, 'calls')
      writeFileSync(calls, '')
      const { status, stdout, stderr } = spawnSync(join(root, 'deploy/container/build.sh'), args, {
        env: { PATH: folder, CALLS: calls, ...environment },
        encoding: 'utf8',
      })
      const called = readFileSync(calls, 'utf8').trim().split('\n\n')
      return { status, stdout, stderr, calls: called.map((call) => call.split('\n')) }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const { version } = JSON.parse(read('package.json')) as { version: string }
  const fileOf = (part: string) => join(root, `deploy/container/Containerfile.${part}`)

  it.each([
    ['podman', ['docker', 'podman', 'buildah']],
    ['buildah', ['docker', 'buildah']],
    ['docker', ['docker']],
  ])('builds both images with %s where %j are installed', (builder, programs) => {
    const { status, stdout, calls } = build(programs)
    expect([status, stdout]).toEqual([0, `keval-edge:${version}\nkeval-node:${version}\n`])
    const format = builder === 'docker' ? [] : ['--format', 'docker']
    expect(calls).toEqual([
      [
        builder,
        'build',
        ...format,
        '--file',
        fileOf('gateway'),
        '--tag',
        `keval-edge:${version}`,
        '--tag',
        'keval-edge:latest',
        root,
      ],
      [
        builder,
        'build',
        ...format,
        ...[
          '--file',
          fileOf('node'),
          '--tag',
          `keval-node:${version}`,
          '--tag',
          'keval-node:latest',
          '--build-arg',
          'CUDA=no',
        ],
        root,
      ],
    ])
    for (const part of ['gateway', 'node']) expect(existsSync(fileOf(part))).toBe(true)
  })

  it('takes the program, the base, the tag and CUDA from the environment', () => {
    const settings = { BUILDER: 'docker', BASE: 'debian:own', TAG: 'today', CUDA: 'yes' }
    const { stdout, calls } = build(['docker', 'podman'], ['node'], settings)
    expect(stdout).toBe('keval-node:today\n')
    expect(calls).toEqual([
      [
        ...[
          'docker',
          'build',
          '--file',
          fileOf('node'),
          '--tag',
          'keval-node:today',
          '--tag',
          'keval-node:latest',
        ],
        ...['--build-arg', 'BASE=debian:own', '--build-arg', 'CUDA=yes'],
        root,
      ],
    ])
    // what it passes is what the files take
    for (const argument of ['BASE', 'CUDA'])
      expect(read('deploy/container/Containerfile.node')).toContain(`ARG ${argument}=`)
  })

  it.each([
    [['podman'], ['gatway'], {}, 'there is no image "gatway"'],
    [[], [], {}, 'needs podman, buildah or docker'],
    [['docker'], [], { BUILDER: 'podman' }, 'podman is not installed'],
  ])('with %j refuses %j and %j', (programs, args, environment, message) => {
    const { status, stdout, stderr } = build(programs, args, environment)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain(message)
  })
})

it('a release builds each container file that there is', () => {
  const [, parts] = /part: \[([^\]]+)\]/.exec(read('.github/workflows/release.yml'))!
  expect(parts!.split(', ')).toEqual(['gateway', 'node'])
})
