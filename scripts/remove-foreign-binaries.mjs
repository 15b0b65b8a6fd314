// Runs after npm ci and npm install. Packages that bring binaries for every platform, or their own twice, keep those
// of this one: 1,055 MB become 717, without development packages 790 become 451. Nothing of it is loaded on this platform.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const { platform, arch } = process
const packages = fileURLToPath(new URL('../node_modules', import.meta.url))

const list = (folder) => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [])
const name = (path) => path.split(/[\\/]/).at(-1)

/** @returns {string[]} */
function findForeign() {
  const runtimes = list(join(packages, 'onnxruntime-node/bin')).flatMap(list)
  const isMusl = platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
  return [
    ...runtimes.filter((folder) => name(folder) !== platform),
    ...runtimes
      .filter((folder) => name(folder) === platform)
      .flatMap(list)
      .filter((folder) => name(folder) !== arch),
    // the installer of `node` copies the binary out of this package, which also holds headers and npm
    ...(existsSync(join(packages, 'node/bin/node')) ? list(join(packages, 'node/node_modules')) : []),
    // image codecs of Miniflare's sharp: for the other C library, and for machines without a binary
    ...list(join(packages, '@img')).filter((folder) => {
      const kind = name(folder)
      return (
        platform === 'linux' &&
        (kind.includes('wasm32') || kind.includes('linuxmusl') !== isMusl) &&
        kind !== 'colour'
      )
    }),
  ]
}

for (const folder of findForeign()) rmSync(folder, { recursive: true, force: true })
