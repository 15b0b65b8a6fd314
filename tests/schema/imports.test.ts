import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const places = [
  'schema',
  'gateway',
  'inference-node',
  'client',
  'keval-mini',
  'scripts',
  'bench',
  'packages',
  'tests',
]

const files = places.flatMap((place) =>
  readdirSync(join(root, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
)

/** The files of the repository that each file imports, types included. */
const imports = new Map(
  files.map((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    const targets = [...source.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map(([, path]) =>
      join(dirname(file), path!),
    )
    return [file, targets.filter((target) => files.includes(target))]
  }),
)

/** A circle through a file, or null. */
function findCircle(start: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const open = [start]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    for (const target of imports.get(file) ?? []) {
      if (target === start) {
        const path = [start, file]
        for (let at = file; at !== start; ) {
          at = cameFrom.get(at)!
          path.push(at)
        }
        return path.reverse()
      }
      if (cameFrom.has(target)) continue
      cameFrom.set(target, file)
      open.push(target)
    }
  }
  return null
}

const importsInto = (from: string, into: RegExp) =>
  [...imports]
    .filter(([file]) => file.startsWith(`${from}/`))
    .flatMap(([file, targets]) =>
      targets.filter((target) => into.test(target)).map((target) => `${file} -> ${target}`),
    )

/** Folders of a part, the lowest layer first. */
const layersByPart = {
  gateway: [
    ['platform'],
    ['cache', 'limits', 'vault'],
    ['auth'],
    ['http', 'mail'],
    ['audit-log', 'usage'],
    ['nodes', 'access'],
    ['judging'],
    ['jobs'],
    ['evaluations', 'batches', 'audits', 'transfer', 'webhooks'],
    ['console'],
  ],
  'inference-node': [
    ['model'],
    ['platform'],
    ['devices', 'joining'],
    ['engine', 'convert'],
    ['certify'],
    ['server'],
    ['cli'],
  ],
}

describe('imports', () => {
  it('make no circle, types included', () => {
    expect(imports.size).toBeGreaterThan(300)
    const circles = files.map(findCircle).filter((circle) => circle !== null)
    expect(circles).toEqual([])
  })

  it.each([
    ['schema', /^(?!schema\/)/],
    ['gateway', /^(inference-node|client|scripts|bench|keval-mini)\//],
    ['inference-node', /^(gateway|client|scripts|bench)\//],
    ['client', /^(gateway|inference-node|scripts|bench|keval-mini)\//],
  ])('of %s point down only', (from, forbidden) => {
    expect(importsInto(from, forbidden)).toEqual([])
  })

  describe.each(Object.entries(layersByPart))('of %s', (part, layers) => {
    it.each(layers.flatMap((layer, height) => layer.map((folder) => [folder, height] as const)))(
      'in %s reach no layer above it',
      (folder, height) => {
        const above = layers.slice(height + 1).flat()
        expect(importsInto(`${part}/${folder}`, new RegExp(`^${part}/(${above.join('|') || '-'})/`))).toEqual(
          [],
        )
      },
    )

    it('lie in a layer', () => {
      const inFolder = files.filter((file) => file.startsWith(`${part}/`) && file.split('/').length > 2)
      const folders = new Set(inFolder.map((file) => file.split('/')[1]!))
      expect([...folders].filter((folder) => !layers.flat().includes(folder))).toEqual([])
    })
  })
})
