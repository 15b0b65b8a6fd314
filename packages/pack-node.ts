import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, pack, prepareFolder, root } from './packing.ts'

// The package `keval-node`: the node as plain JavaScript in the folders of the repository, since its processes and
// threads start files by their place, and keval-mini, which it serves when no model is given.
const folder = prepareFolder('keval-node')
compile(['-p', 'packages/keval-node/tsconfig.json', '--outDir', folder])

const imported = new Set<string>()
for (const file of globSync('**/*.js', { cwd: folder })) {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  for (const [, name] of text.matchAll(/(?:from |import\(|resolve\(|\)\()'(@[\w-]+\/[\w-]+|[\w-]+)[/']/g))
    imported.add(name!)
  // workers and child processes are named by a URL, which the compiler leaves as it is
  writeFileSync(path, text.replaceAll(/(new URL\('\.[^']*)\.ts'/g, "$1.js'"))
}
const main = join(folder, 'inference-node/cli.js')
writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8')}`, { mode: 0o755 })
cpSync(join(root, 'keval-mini/model'), join(folder, 'keval-mini/model'), { recursive: true })
cpSync(join(root, 'keval-mini/README.md'), join(folder, 'keval-mini/README.md'))

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
console.log(pack('keval-node', folder, [...imported].filter((name) => name in dependencies).sort()))
