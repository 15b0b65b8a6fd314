import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

interface PackageFile {
  version: string
  dependencies: Record<string, string>
}
const rootPackage: PackageFile = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** An empty folder in `dist/` that becomes the package. */
export function prepareFolder(name: string): string {
  const folder = join(root, 'dist', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** Completes the folder with what every package has, and packs it; resolves to the path of the tarball. */
export function pack(name: string, folder: string, dependencies: readonly string[] = []): string {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))
  const pinned = Object.fromEntries(dependencies.map((one) => [one, rootPackage.dependencies[one]]))
  const { version } = rootPackage
  const whole = { ...manifest, version, ...(dependencies.length > 0 && { dependencies: pinned }) }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(whole, null, 2)}\n`)
  copyFileSync(join(root, 'packages', name, 'README.md'), join(folder, 'README.md'))
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  const packed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', join(root, 'dist')],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  )
  const [{ filename }] = JSON.parse(packed)
  return join(root, 'dist', filename)
}

/** Runs the TypeScript compiler in the root of the repository. */
export function compile(args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
}
