import { randomUUID } from 'node:crypto'
import type { QueueStandIn } from './queues.ts'
import { type AccountRequest, type Reply, refuse, succeed } from './reply.ts'

export interface UploadedWorker {
  name: string
  /** Contents by file name. */
  modules: Map<string, string>
  metadata: {
    main_module: string
    compatibility_date: string
    bindings: { name: string; type: string; text?: string; [other: string]: unknown }[]
    migrations?: { new_tag?: string }
    annotations?: Record<string, string>
  }
  secrets: Map<string, string>
  versions: { id: string; annotations: Record<string, string> }[]
  /** Ids of the versions that were deployed, the present one last. */
  deployed: string[]
  schedules: { cron: string }[]
  isOnWorkersDev: boolean
  migrationTag: string | null
}

/** Workers as wrangler uploads them, with what is attached to each. */
export class WorkerStandIn {
  readonly all = new Map<string, UploadedWorker>()
  readonly domains: { id: string; hostname: string; service: string }[] = []
  readonly #queues: QueueStandIn

  constructor(queues: QueueStandIn) {
    this.#queues = queues
  }

  async reply(request: AccountRequest): Promise<Reply | null> {
    const { method, path, query } = request
    if (path === '/workers/domains' && method === 'GET')
      return succeed(this.domains.filter(({ hostname }) => hostname === query.get('hostname')))
    const [, kind, name, rest = ''] =
      /^\/workers\/(scripts|services|workers)\/([^/]+)(\/.+)?$/.exec(path) ?? []
    if (name === undefined) return null
    const worker = this.all.get(name)
    if (kind === 'scripts' && rest === '' && method === 'PUT') return this.#upload(name, request, 'deployed')
    if (worker === undefined) return refuse(404, 10007, 'This Worker does not exist on your account.')
    if (kind === 'services') return toService(worker)
    if (kind === 'workers') return rest === '' && method === 'GET' ? toOverview(worker) : null
    if (rest === '/versions' && method === 'POST') return this.#upload(name, request, 'kept')
    return this.#scriptReply(worker, rest, request)
  }

  #scriptReply(worker: UploadedWorker, rest: string, { method, body }: AccountRequest): Reply | null {
    switch (`${method} ${rest}`) {
      case 'GET /secrets':
        return succeed([...worker.secrets.keys()].map((name) => ({ name, type: 'secret_text' })))
      case 'GET /deployments':
        return succeed({ deployments: worker.deployed.map((id) => toDeployment(worker, id)).reverse() })
      case 'POST /deployments': {
        const { versions } = JSON.parse(body.toString()) as { versions: { version_id: string }[] }
        const id = versions[0]!.version_id
        if (!worker.versions.some((one) => one.id === id))
          return refuse(404, 10021, 'There is no such version')
        worker.deployed.push(id)
        return succeed(toDeployment(worker, id))
      }
      case 'GET /schedules':
        return succeed({ schedules: worker.schedules })
      case 'PUT /schedules':
        worker.schedules = JSON.parse(body.toString()) as { cron: string }[]
        return succeed({ schedules: worker.schedules })
      case 'GET /subdomain':
        return succeed({ enabled: worker.isOnWorkersDev, previews_enabled: false })
      case 'POST /subdomain':
        worker.isOnWorkersDev = (JSON.parse(body.toString()) as { enabled: boolean }).enabled
        return succeed({ enabled: worker.isOnWorkersDev, previews_enabled: false })
      case 'PATCH /script-settings':
      case 'GET /settings':
        return succeed({ bindings: worker.metadata.bindings, tags: [] })
      case 'POST /domains/changeset':
        return succeed({ added: [], removed: [], updated: [], conflicting: [] })
      case 'PUT /domains/records':
        for (const { hostname } of (JSON.parse(body.toString()) as { origins: { hostname: string }[] })
          .origins)
          this.domains.push({ id: randomUUID(), hostname, service: worker.name })
        return succeed([])
      default: {
        const id = method === 'GET' ? /^\/versions\/(.+)$/.exec(rest)?.[1] : undefined
        const version = worker.versions.find((one) => one.id === id)
        return version === undefined ? null : succeed({ ...version, number: 1, resources: {} })
      }
    }
  }

  async #upload(name: string, { body, type }: AccountRequest, as: 'deployed' | 'kept'): Promise<Reply> {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
    const metadata = JSON.parse(await asText(form.get('metadata')!)) as UploadedWorker['metadata']
    const known = this.all.get(name)
    const inherit = (binding: UploadedWorker['metadata']['bindings'][number]) =>
      binding.type === 'inherit' ? known?.metadata.bindings.find((one) => one.name === binding.name) : binding
    const lost = metadata.bindings.find((binding) => inherit(binding) === undefined)
    if (lost !== undefined) return refuse(400, 10057, `There is no binding ${lost.name} to inherit`)
    metadata.bindings = metadata.bindings.map((binding) => inherit(binding)!)
    const missing = metadata.bindings.find(
      (binding) => binding.type === 'queue' && this.#queues.find(String(binding.queue_name)) === undefined,
    )
    if (missing !== undefined) return refuse(400, 10021, `Queue ${missing.queue_name} does not exist`)
    const modules = new Map<string, string>()
    for (const [key, value] of form) if (key !== 'metadata') modules.set(key, await asText(value))
    const secrets = new Map(known?.secrets)
    for (const binding of metadata.bindings)
      if (binding.type === 'secret_text') secrets.set(binding.name, binding.text!)
    const version = { id: randomUUID(), annotations: metadata.annotations ?? {} }
    this.all.set(name, {
      name,
      modules,
      metadata,
      secrets,
      versions: [...(known?.versions ?? []), version],
      deployed: [...(known?.deployed ?? []), ...(as === 'deployed' ? [version.id] : [])],
      schedules: known?.schedules ?? [],
      isOnWorkersDev: known?.isOnWorkersDev ?? false,
      migrationTag: metadata.migrations?.new_tag ?? known?.migrationTag ?? null,
    })
    if (as === 'kept')
      return succeed({
        id: version.id,
        number: 2,
        startup_time_ms: 20,
        metadata: { has_preview: false },
        resources: { script: { etag: version.id } },
      })
    return succeed({ id: name, deployment_id: version.id, startup_time_ms: 20, entry_point: 'index.js' })
  }
}

const asText = (value: string | Blob) => (typeof value === 'string' ? value : value.text())

const toDeployment = ({ versions }: UploadedWorker, id: string) => ({
  id: randomUUID(),
  created_on: new Date().toISOString(),
  source: 'wrangler',
  strategy: 'percentage',
  annotations: versions.find((version) => version.id === id)!.annotations,
  versions: [{ version_id: id, percentage: 100 }],
})

const toOverview = ({ name, isOnWorkersDev }: UploadedWorker): Reply =>
  succeed({ id: name, name, subdomain: { enabled: isOnWorkersDev, previews_enabled: false } })

const toService = ({ name, migrationTag }: UploadedWorker): Reply =>
  succeed({
    id: name,
    default_environment: {
      environment: 'production',
      script: { id: name, tag: 'tag', tags: [], migration_tag: migrationTag, last_deployed_from: 'wrangler' },
    },
    environments: [{ environment: 'production' }],
  })
