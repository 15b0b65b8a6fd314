import { DurableObject } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/durable-sqlite'
import { migrate } from 'drizzle-orm/durable-sqlite/migrator'
import type { Judgment, JudgmentPageQuery } from '../schema/api/judgments.ts'
import type { UsageRow } from '../schema/api/usage.ts'
import migrations from '../schema/db/migrations/tenant/migrations.js'
import { AuditStore } from './audits/audit-store.ts'
import { Audits } from './audits/audits.ts'
import { currentGrantLookup } from './auth/current-grant.ts'
import { StoredKeyRecords } from './auth/key-records.ts'
import { BatchJob } from './batches/batch-job.ts'
import { BatchStore } from './batches/batch-store.ts'
import { Batches } from './batches/batches.ts'
import { FileStore } from './batches/file-store.ts'
import { Files } from './batches/files.ts'
import type { Env } from './env.ts'
import { Archives } from './evaluations/archive/archives.ts'
import { DatasetStore } from './evaluations/datasets/dataset-store.ts'
import { Datasets } from './evaluations/datasets/datasets.ts'
import { EvaluationJob } from './evaluations/evaluation-job.ts'
import { EvaluationStore } from './evaluations/evaluation-store.ts'
import { Evaluations } from './evaluations/evaluations.ts'
import { readCounts } from './evaluations/read-counts.ts'
import { RowStore } from './evaluations/row-store.ts'
import { EvaluationRows } from './evaluations/rows/evaluation-rows.ts'
import { TallyStore } from './evaluations/tallies/tally-store.ts'
import {
  type Claim,
  IdempotencyStore,
  type IdempotentRequest,
  type StoredAnswer,
} from './http/idempotency-store.ts'
import { JobQueue } from './jobs/job-queue.ts'
import { JobRunner } from './jobs/job-runner.ts'
import { StorageQuota } from './jobs/storage-quota.ts'
import type { JudgeCommand } from './judging/command.ts'
import { ChatRuns } from './judging/run/chat-runs.ts'
import { InFlightRuns } from './judging/run/in-flight-runs.ts'
import type { ChatOutcome, JudgeOutcome, StreamStart } from './judging/run/outcome.ts'
import { type OutcomeText, writeChatOutcome, writeJudgeOutcome } from './judging/run/outcome-text.ts'
import type { ChatCommand } from './judging/run/run-chat.ts'
import type { RunDependencies } from './judging/run/run-judgment.ts'
import { JudgmentStore, type StoredJudgment } from './judging/store/judgment-store.ts'
import { type RecordJudgment, recordJudgments } from './judging/store/record-judgments.ts'
import { Admission } from './limits/admission.ts'
import { AdmissionQueue } from './limits/admission-queue.ts'
import type { CountedRepeats } from './limits/cached-repeats.ts'
import type { AppliedLimits, LimitUsage } from './limits/limits.ts'
import { parseTimeLimits } from './nodes/client/call-deadline.ts'
import { DeadlineTimer } from './nodes/client/deadline-timer.ts'
import { parseHedge } from './nodes/routing/hedge.ts'
import { sharedPool } from './nodes/routing/shared-pool.ts'
import { transportByNode } from './nodes/transport-by-node.ts'
import { controlDatabase } from './platform/control-database.ts'
import { DiskSpace } from './platform/disk-space.ts'
import { runIsolated } from './platform/isolated.ts'
import { koreanDay } from './platform/korean-day.ts'
import type { PartName } from './platform/object-rpc.ts'
import { Semaphore } from './platform/semaphore.ts'
import type { TenantRpc } from './tenant-rpc.ts'
import { TenantTables } from './transfer/tenant-tables.ts'
import { TenantMaintenance } from './usage/tenant-maintenance.ts'
import { type UsageFilter, UsageStore } from './usage/usage-store.ts'
import { usageRow } from './usage/usage-view.ts'
import { sharedWorkloads, type Workload } from './usage/workloads.ts'
import { MasterKeys } from './vault/master-keys.ts'
import { parseAddressRule } from './webhooks/check-address.ts'
import { completionMailQueue } from './webhooks/completion-mail.ts'
import { Completions } from './webhooks/completions.ts'
import { Deliveries } from './webhooks/deliveries.ts'
import { DeliveryStore } from './webhooks/delivery-store.ts'
import { WebhookStore } from './webhooks/webhook-store.ts'

/** One tenant's object: its judgments, limits, usage and runs in flight. Wiring only. */
export class TenantObject extends DurableObject<Env> implements TenantRpc {
  readonly #run: RunDependencies
  readonly #runs: InFlightRuns
  readonly #chats: ChatRuns
  readonly #idempotency: IdempotencyStore
  readonly #maintenance: TenantMaintenance
  readonly #evaluations: Evaluations
  readonly #datasets: Datasets
  readonly #archives: Archives
  readonly #tables: TenantTables
  readonly #completions: Completions
  readonly #deliveries: Deliveries
  readonly #rows: EvaluationRows
  readonly #audits: Audits
  readonly #files: Files
  readonly #batches: Batches
  readonly #admission: Admission
  readonly #jobs: JobQueue
  readonly #runner: JobRunner

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    const database = drizzle(state.storage)
    state.blockConcurrencyWhile(async () => {
      await migrate(database, migrations)
      this.#evaluations.discardBrokenUploads()
      this.#archives.discardBroken()
      this.#files.discardBrokenUploads()
    })
    const now = () => Date.now()
    const reportWorkload = (change: Partial<Workload>) => sharedWorkloads.report(state.id.toString(), change)
    reportWorkload({ runsWaiting: 0 })
    const usage = new UsageStore(database)
    const timeLimits = parseTimeLimits(env.NODE_TIME_LIMITS)
    const control = controlDatabase(env.DB)
    const currentGrant = currentGrantLookup({ records: new StoredKeyRecords(control), now })
    this.#admission = new Admission(usage, timeLimits.totalMs + 60_000)
    this.#run = {
      store: new JudgmentStore(database),
      usage,
      admission: new AdmissionQueue(this.#admission, now, {
        onChange: (runsWaiting) => reportWorkload({ runsWaiting }),
      }),
      currentGrant,
      pool: sharedPool,
      transport: transportByNode(env),
      timeLimits,
      deadlines: new DeadlineTimer(),
      transaction: (work) => state.storage.transactionSync(work),
      hedge: parseHedge(env.NODE_HEDGE),
      now,
    }
    this.#runs = new InFlightRuns(this.#run)
    this.#chats = new ChatRuns(this.#run)
    const idempotency = new IdempotencyStore(database)
    this.#idempotency = idempotency
    this.#maintenance = new TenantMaintenance({
      storage: state.storage,
      database,
      control,
      usage,
      idempotency,
      now,
    })
    const { storage } = state
    const queue = env.JOB_QUEUE
    const disk = new DiskSpace(env.DISK_SPACE, now)
    const quota = new StorageQuota({ storage, maxBytes: env.TENANT_STORAGE_BYTES, disk })

    const tallies = new TallyStore(database)
    const evaluations = { store: new EvaluationStore(database), rows: new RowStore(database, tallies) }
    const counts = (id: string) => readCounts({ database, storage, tallies, ...evaluations }, id)
    const judge = async (command: JudgeCommand, record: RecordJudgment) => {
      await this.#maintenance.schedule(command.tenantId)
      return this.#runs.judge(command, record)
    }
    const masterKeys = new MasterKeys(env.MASTER_SECRET, env.MASTER_SECRET_PREVIOUS)
    const webhooks = new WebhookStore({ database: control, masterKeys, now })
    const rule = parseAddressRule(env.WEBHOOK_ADDRESSES)
    const network = rule === 'any' ? undefined : env.PUBLIC_NETWORK
    this.#deliveries = new Deliveries({
      storage,
      store: new DeliveryStore(database),
      webhooks,
      send: { rule, fetch: network === undefined ? fetch : (...args) => network.fetch(...args) },
      now,
      random: Math.random,
    })
    this.#completions = new Completions({
      storage,
      database,
      evaluation: (id) => evaluations.store.get(id),
      webhooks,
      deliveries: this.#deliveries,
      tenantId: () => this.#jobs.tenantId(),
      publicUrl: env.PUBLIC_URL,
      queueMail: completionMailQueue(control, now),
      now,
    })
    const evaluation = new EvaluationJob({
      ...evaluations,
      judge,
      record: (made) => recordJudgments(this.#run, made),
      counts,
      transaction: (work) => storage.transactionSync(work),
      noteEnd: (ended, status) => this.#completions.note(ended, status),
      now,
    })

    this.#files = new Files({ store: new FileStore(database), quota, storage, now })
    const batches = { store: new BatchStore(database), files: this.#files }
    const chat = async (command: ChatCommand) => {
      await this.#maintenance.schedule(command.tenantId)
      return this.#chats.complete(command)
    }
    const batch = new BatchJob({ ...batches, chat, now })

    const kinds = { evaluation, batch }
    this.#jobs = new JobQueue({ kinds, queue, storage, onBacklog: reportWorkload, now })
    this.#runner = new JobRunner({
      kinds,
      jobs: this.#jobs,
      queue,
      semaphore: new Semaphore(1),
      currentGrant,
    })
    const shared = { storage, jobs: this.#jobs, quota, now }
    const uploads = new Set<string>()
    const audits = new AuditStore(database)
    this.#datasets = new Datasets({ storage, store: new DatasetStore(database), now })
    this.#evaluations = new Evaluations({
      ...shared,
      ...evaluations,
      database,
      job: evaluation,
      datasets: this.#datasets,
      audits,
      counts,
      uploads,
    })
    this.#archives = new Archives({
      ...shared,
      ...evaluations,
      database,
      datasets: this.#datasets,
      counts,
      uploads,
    })
    this.#tables = new TenantTables({ storage, quota, jobs: this.#jobs })
    this.#rows = new EvaluationRows({ storage, database, tallies, counts, now })
    this.#audits = new Audits({
      storage,
      store: audits,
      rows: evaluations.rows,
      evaluations: this.#evaluations,
    })
    this.#batches = new Batches({ ...shared, ...batches, job: batch })
  }

  /** One judgment: stored, joined or made. */
  async judge(command: JudgeCommand): Promise<OutcomeText> {
    await this.#maintenance.schedule(command.tenantId)
    return writeJudgeOutcome(await this.#runs.judge(command))
  }

  /** The same, with its text as it is written. */
  async streamJudgment(command: JudgeCommand): Promise<StreamStart<JudgeOutcome>> {
    await this.#maintenance.schedule(command.tenantId)
    return this.#runs.stream(command)
  }

  async chat(command: ChatCommand): Promise<OutcomeText> {
    await this.#maintenance.schedule(command.tenantId)
    return writeChatOutcome(await this.#chats.complete(command))
  }

  async streamChat(command: ChatCommand): Promise<StreamStart<ChatOutcome>> {
    await this.#maintenance.schedule(command.tenantId)
    return this.#chats.stream(command)
  }

  /** One call of a part of the object; `rpc` gives these calls their types. */
  call(name: PartName, method: string, args: unknown[]): unknown {
    const part = {
      evaluations: this.#evaluations,
      datasets: this.#datasets,
      deliveries: this.#deliveries,
      archives: this.#archives,
      tables: this.#tables,
      rows: this.#rows,
      audits: this.#audits,
      files: this.#files,
      batches: this.#batches,
      jobs: this.#runner,
    }[name]
    const methods = part as unknown as Record<string, (...args: unknown[]) => unknown>
    return methods[method]!(...args)
  }

  getJudgment(id: string): StoredJudgment | null {
    return this.#run.store.get(id)
  }

  listJudgments(query: JudgmentPageQuery): { data: Judgment[]; hasMore: boolean } {
    return this.#run.store.page(query)
  }

  deleteJudgment(id: string): string | null {
    return this.#run.store.delete(id)
  }

  usage(filter: UsageFilter): { rows: UsageRow[]; tokensToday: number } {
    const tokensToday = this.#admission.tokensUsedToday(this.#run.now())
    return { rows: this.#run.usage.counted(filter).map(usageRow), tokensToday }
  }

  /** The current limit usage of the tenant, and of a key with limits of its own. */
  limitUsage(keyId: string, limits: AppliedLimits): { tenant: LimitUsage; key: LimitUsage | null } {
    return this.#admission.limitUsage(keyId, limits, this.#run.now())
  }

  /** Notes requests that a cache in front of this object answered. */
  async countCached(tenantId: string, repeats: CountedRepeats): Promise<void> {
    await this.#maintenance.schedule(tenantId)
    const day = koreanDay(this.#run.now())
    for (const { keyId, model, requests } of repeats) {
      this.#run.usage.recordRepeats({ day, keyId, model }, 'cachedEdge', requests)
    }
  }

  claimIdempotent(request: IdempotentRequest): Claim {
    return this.#idempotency.claim(request, this.#run.now())
  }

  finishIdempotent(request: IdempotentRequest, answer: StoredAnswer | null): void {
    this.#idempotency.finish(request, answer, this.#run.now())
  }

  /** Does the periodic work. A part that fails is tried again soon and keeps no other part from running. */
  override async alarm(): Promise<void> {
    const failed = await runIsolated('alarm', {
      evaluations: () => this.#evaluations.expire(),
      archives: () => this.#archives.discardBroken(),
      batches: () => this.#batches.expire(),
      jobs: () => this.#jobs.watch(),
      completions: () => this.#completions.tell(),
      ...this.#maintenance.parts(),
    })
    await this.#maintenance.scheduleNext(failed.length > 0)
  }

  /** Deletes everything the tenant has stored. */
  async destroy(): Promise<void> {
    sharedWorkloads.report(this.ctx.id.toString(), { runsWaiting: 0, jobsRunning: 0, itemsPending: 0 })
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
    await this.ctx.storage.sync()
    // runs after the answer: unfinished work of this object must not store anything
    setTimeout(() => this.ctx.abort('the tenant was deleted'), 0)
  }
}
