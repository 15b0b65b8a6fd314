import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { StartProblem } from '../local/problem.ts'
import { writeWhole } from '../local/write-whole.ts'

const recordSchema = z.object({ accountId: z.string(), databaseId: z.string().nullable() })

/** Record of the resources created for an environment. The account is read each time; the record shows what was replaced. */
export type DeploymentRecord = z.infer<typeof recordSchema>

/** The untracked folder of an environment, with its record and the configuration that wrangler deploys. */
export class DeploymentFolder {
  readonly path: string

  /** @param root folder that holds one folder for each environment */
  constructor(root: string, environment: string) {
    this.path = join(root, environment)
  }

  /** The configuration for wrangler. */
  get config(): string {
    return join(this.path, 'wrangler.json')
  }

  read(): DeploymentRecord | null {
    const file = join(this.path, 'resources.json')
    if (!existsSync(file)) return null
    try {
      return recordSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      throw new StartProblem(
        `${file} cannot be read: restore it, or delete it to find everything by its name again.`,
      )
    }
  }

  write(record: DeploymentRecord): void {
    this.#write('resources.json', record)
  }

  writeConfig(config: Record<string, unknown>): void {
    this.#write('wrangler.json', config)
  }

  #write(name: string, content: unknown): void {
    mkdirSync(this.path, { recursive: true })
    writeWhole(join(this.path, name), `${JSON.stringify(content, null, 2)}\n`)
  }
}
