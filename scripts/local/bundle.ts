import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { wranglerCommand, wranglerEnvironment } from '../wrangler.ts'
import { startChild } from './child.ts'
import { StartProblem } from './problem.ts'

const root = join(import.meta.dirname, '../..')
const bundles = join(root, 'dist/bundles')
const maxBundles = 8
const manifestName = 'manifest.json'

/** The Worker as it would be deployed. */
export interface Bundle {
  folder: string
  /** File names within the folder: the module `index.js`, and texts that it imports. */
  files: string[]
  /** The Worker's configuration in Miniflare's form, made of wrangler.toml. */
  workerOptions: Record<string, unknown>
}

interface Manifest {
  /** SHA-256 of each file. */
  files: Record<string, string>
  workerOptions: Record<string, unknown>
}

/**
 * The bundle of the present sources. It is built when these sources were not built before, and kept in
 * `dist/bundles` under the digest of all that it is made of.
 */
export async function provideBundle(): Promise<Bundle> {
  const folder = join(bundles, digestInputs())
  return readBundle(folder) ?? (await buildBundle(folder))
}

/** SHA-256 of the sources, the configuration and the locked versions of the packages. */
function digestInputs(): string {
  const hash = createHash('sha256')
  const sources = ['gateway', 'schema'].flatMap((place) =>
    readdirSync(join(root, place), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const files = ['wrangler.toml', 'package-lock.json', 'tsconfig.base.json'].map((name) => join(root, name))
  for (const file of [...files, ...sources.sort()]) {
    hash.update(`${relative(root, file)}\0`).update(createHash('sha256').update(readFileSync(file)).digest())
  }
  return hash.digest('hex').slice(0, 32)
}

/** A bundle that was built before; null when it is missing or its files are not those that were built. */
function readBundle(folder: string): Bundle | null {
  try {
    const { files, workerOptions } = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest
    for (const [name, digest] of Object.entries(files)) {
      if (digestFile(join(folder, name)) !== digest) return null
    }
    return { folder, files: Object.keys(files), workerOptions }
  } catch {
    return null
  }
}

const digestFile = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Builds in a temporary folder and renames it, so that two simultaneous starts do not collide. */
async function buildBundle(folder: string): Promise<Bundle> {
  const building = makeBuildFolder()
  try {
    const command = [wranglerCommand, 'deploy', '--dry-run', '--cwd', root, '--outdir', building]
    const child = startChild(command, { ...process.env, ...wranglerEnvironment })
    if ((await child.ended) !== 0) {
      const reason =
        child.lastErrors.find((line) => /error/i.test(line)) ?? child.lastErrors.at(-1) ?? 'no reason given'
      throw new StartProblem(`The gateway could not be built: ${reason}`)
    }
    const files = readdirSync(building).filter((name) => /\.(sql|css|js)$/.test(name))
    // the one call of wrangler's programming interface: only a build needs it
    const { unstable_getMiniflareWorkerOptions } = await import('wrangler')
    const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml'))
    const { rootPath: _, ...portable } = workerOptions as Record<string, unknown>
    const manifest: Manifest = {
      files: Object.fromEntries(files.map((name) => [name, digestFile(join(building, name))])),
      workerOptions: portable,
    }
    writeFileSync(join(building, manifestName), JSON.stringify(manifest))
    // an installed service runs as another user than the one who built it
    chmodSync(building, 0o755)
    if (readBundle(folder) === null) moveTo(folder, building)
    removeOldBundles()
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  const built = readBundle(folder)
  if (built === null) throw new StartProblem(`The gateway was built, but ${folder} does not hold it.`)
  return built
}

function makeBuildFolder(): string {
  try {
    mkdirSync(bundles, { recursive: true })
    return mkdtempSync(join(bundles, 'building-'))
  } catch (error) {
    throw new StartProblem(
      `The gateway of this version was not built yet, and ${bundles} cannot be written: run npm run build there. (${(error as Error).message})`,
    )
  }
}

/** Moves a finished bundle to its place; another start may have done so at the same moment. */
function moveTo(folder: string, building: string): void {
  try {
    renameSync(building, folder)
  } catch {
    if (readBundle(folder) !== null) return
    rmSync(folder, { recursive: true, force: true })
    renameSync(building, folder)
  }
}

/** Keeps the newest bundles: a gateway that runs may be of older sources, and its runtime may start again. */
function removeOldBundles(): void {
  const folders = readdirSync(bundles).map((name) => join(bundles, name))
  const byAge = folders.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at)
  for (const { path } of byAge.slice(maxBundles)) rmSync(path, { recursive: true, force: true })
}
