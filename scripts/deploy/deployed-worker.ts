import type { Address } from './address.ts'
import type { CloudflareApi } from './cloudflare-api.ts'
import { isConsumedBy, type Queue } from './resources.ts'
import type { Names } from './worker-config.ts'

const permission = 'Workers Scripts: Edit'

interface Version {
  annotations?: { 'workers/tag'?: string }
}

/** A Worker as it is deployed on Cloudflare. */
export class DeployedWorker {
  readonly #api: CloudflareApi
  readonly #path: string
  readonly #accountPath: string
  readonly #name: string

  constructor(api: CloudflareApi, accountId: string, name: string) {
    this.#api = api
    this.#accountPath = `/accounts/${accountId}/workers`
    this.#path = `${this.#accountPath}/scripts/${name}`
    this.#name = name
  }

  /** Names of its secrets; null where there is no such Worker. */
  async secretNames(): Promise<Set<string> | null> {
    const secrets = await this.#api.find<{ name: string }[]>(`${this.#path}/secrets`, { permission })
    return secrets === null ? null : new Set(secrets.map(({ name }) => name))
  }

  /** The tag of the version that all requests go to; null where there is none, or more than one. */
  async tag(): Promise<string | null> {
    const found = await this.#api.find<{ deployments: { versions: { version_id: string }[] }[] }>(
      `${this.#path}/deployments`,
      { permission },
    )
    const versions = found?.deployments[0]?.versions ?? []
    if (versions.length !== 1) return null
    const version = await this.#api.find<Version>(`${this.#path}/versions/${versions[0]!.version_id}`, {
      permission,
    })
    return version?.annotations?.['workers/tag'] ?? null
  }

  /** Names the triggers that are missing: a deployment may have broken off after the upload. */
  async missingTriggers(names: Names, queues: Queue[], address: Address): Promise<string[]> {
    const [schedules, isReachable] = await Promise.all([
      this.#api.find<{ schedules: { cron: string }[] }>(`${this.#path}/schedules`, { permission }),
      this.#isReachable(address),
    ])
    const crons = new Set((schedules?.schedules ?? []).map(({ cron }) => cron))
    const unconsumed = names.consumed.filter(
      (name) =>
        !isConsumedBy(
          queues.find((queue) => queue.queue_name === name),
          this.#name,
        ),
    )
    return [
      ...names.crons.filter((cron) => !crons.has(cron)).map((cron) => `the schedule ${cron}`),
      ...unconsumed.map((name) => `the queue ${name}`),
      ...(isReachable ? [] : [`the address ${address.host}`]),
    ]
  }

  async #isReachable({ kind, host }: Address): Promise<boolean> {
    if (kind === 'workers.dev') {
      const found = await this.#api.find<{ enabled: boolean }>(`${this.#path}/subdomain`, { permission })
      return found?.enabled === true
    }
    const domains = await this.#api.list<{ hostname: string; service: string }>(
      `${this.#accountPath}/domains`,
      { query: { hostname: host }, permission },
    )
    return domains.some(({ hostname, service }) => hostname === host && service === this.#name)
  }
}
