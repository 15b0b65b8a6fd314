import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse } from 'smol-toml'
import { StartProblem } from '../local/problem.ts'
import { toGatewayBindings } from '../settings/read-settings.ts'
import type { Address } from './address.ts'
import type { Environment, EnvironmentName } from './environment.ts'

const root = join(import.meta.dirname, '../..')
const baseName = 'keval-edge'
/** A database that does not exist yet. */
export const unknownDatabaseId = '00000000-0000-0000-0000-000000000000'

/** The parts of wrangler.toml that this command knows how to provide; any other would be deployed half. */
const knownParts = new Set([
  'name',
  'main',
  'compatibility_date',
  'compatibility_flags',
  'keep_names',
  'keep_vars',
  'send_metrics',
  'dev',
  'vars',
  'observability',
  'd1_databases',
  'durable_objects',
  'migrations',
  'ratelimits',
  'analytics_engine_datasets',
  'triggers',
  'send_email',
  'rules',
  'queues',
])

interface WranglerToml {
  name: string
  main: string
  vars: Record<string, string>
  d1_databases: { binding: string; database_name: string; database_id: string; migrations_dir: string }[]
  ratelimits: { namespace_id: string }[]
  analytics_engine_datasets: { dataset: string }[]
  triggers: { crons: string[] }
  queues: {
    producers: { queue: string }[]
    consumers: { queue: string; dead_letter_queue?: string }[]
  }
}

/** The resources of an environment on Cloudflare, by name. */
export interface Names {
  worker: string
  database: string
  /** Dead-letter queues first: the others refer to them. */
  queues: string[]
  /** Queues that the Worker consumes. */
  consumed: string[]
  crons: string[]
}

export interface WorkerSource {
  toml: WranglerToml
  names: Names
}

/** Reads wrangler.toml, with the names of one environment: production has those of the file. */
export function readWorkerSource(environment: EnvironmentName): WorkerSource {
  const toml = parse(readFileSync(join(root, 'wrangler.toml'), 'utf8')) as unknown as WranglerToml
  const unknown = Object.keys(toml).filter((part) => !knownParts.has(part))
  if (unknown.length > 0)
    throw new StartProblem(`wrangler.toml has ${unknown.join(', ')}, which this command cannot provide yet.`)
  const named = renamed(toml, environment)
  const { producers, consumers } = named.queues
  const used = [...producers, ...consumers].map(({ queue }) => queue)
  const dead = consumers.flatMap(({ dead_letter_queue: queue }) => queue ?? [])
  return {
    toml: named,
    names: {
      worker: named.name,
      database: named.d1_databases[0]!.database_name,
      queues: [...new Set([...dead, ...used])],
      consumed: consumers.map(({ queue }) => queue),
      crons: named.triggers.crons,
    },
  }
}

/** An environment other than production has only resources of its own, in the same account or another. */
function renamed(toml: WranglerToml, environment: EnvironmentName): WranglerToml {
  if (environment === 'production') return toml
  const rename = (name: string) => name.replace(baseName, `${baseName}-${environment}`)
  return {
    ...toml,
    name: rename(toml.name),
    d1_databases: toml.d1_databases.map((one) => ({ ...one, database_name: rename(one.database_name) })),
    // counters of one number are shared by all Workers of an account
    ratelimits: toml.ratelimits.map((one) => ({
      ...one,
      namespace_id: String(Number(one.namespace_id) + 1000),
    })),
    analytics_engine_datasets: toml.analytics_engine_datasets.map((one) => ({
      ...one,
      dataset: `${one.dataset}_${environment}`,
    })),
    queues: {
      producers: toml.queues.producers.map((one) => ({ ...one, queue: rename(one.queue) })),
      consumers: toml.queues.consumers.map((one) => ({
        ...one,
        queue: rename(one.queue),
        ...(one.dead_letter_queue && { dead_letter_queue: rename(one.dead_letter_queue) }),
      })),
    },
  }
}

interface ConfigParts {
  source: WorkerSource
  environment: Environment
  accountId: string
  databaseId: string | null
  address: Address
  /** Folder that the configuration is written to: its paths are relative to it. */
  folder: string
}

/** The configuration that wrangler deploys, from wrangler.toml and the environment's settings. */
export function toWranglerConfig(parts: ConfigParts): Record<string, unknown> {
  const { source, environment, accountId, databaseId, address, folder } = parts
  const fromRoot = (path: string) => relative(folder, join(root, path))
  return {
    ...source.toml,
    account_id: accountId,
    main: fromRoot(source.toml.main),
    vars: {
      ...source.toml.vars,
      ...toGatewayBindings(environment.settings),
      PUBLIC_URL: address.url,
    },
    d1_databases: source.toml.d1_databases.map((one) => ({
      ...one,
      database_id: databaseId ?? unknownDatabaseId,
      migrations_dir: fromRoot(one.migrations_dir),
    })),
    workers_dev: address.kind === 'workers.dev',
    preview_urls: false,
    ...(address.kind === 'custom domain' && {
      routes: [{ pattern: address.host, custom_domain: true }],
    }),
  }
}
