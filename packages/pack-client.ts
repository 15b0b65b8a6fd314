import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { renderClientTypes } from './client-types.ts'
import { compile, pack, prepareFolder, root } from './packing.ts'

// The package `keval`: the command and the client, bundled, without dependencies.
const folder = prepareFolder('keval')
await build({
  absWorkingDir: root,
  entryPoints: { index: 'client/index.ts', 'command/main': 'client/command/main.ts' },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
})
const main = join(folder, 'command/main.js')
writeFileSync(main, `#!/usr/bin/env node\n${readFileSync(main, 'utf8')}`, { mode: 0o755 })

// declarations of the client alone; its one door to the schemas is written out
const declarations = join(root, 'dist/keval-declarations')
compile(['-p', 'packages/keval/tsconfig.json', '--outDir', declarations])
const copy = (from: string, to: string) => {
  const text = readFileSync(join(declarations, from), 'utf8')
  writeFileSync(join(folder, to), text.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
}
copy('client/index.d.ts', 'index.d.ts')
const api = readdirSync(join(declarations, 'client/api'))
mkdirSync(join(folder, 'api'))
for (const file of api) if (file !== 'api-types.d.ts') copy(`client/api/${file}`, `api/${file}`)
writeFileSync(join(folder, 'api/api-types.d.ts'), await renderClientTypes())
rmSync(declarations, { recursive: true })
console.log(pack('keval', folder))
