import { DurableObject } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/durable-sqlite'
import { migrate } from 'drizzle-orm/durable-sqlite/migrator'
import type { Judgment } from '../../schema/api/judgments.ts'
import migrations from '../../schema/db/migrations/tenant/migrations.js'
import type { Env } from '../env.ts'
import type { JudgeCommand } from '../judging/command.ts'
import { Flights, type JudgeOutcome } from './flights.ts'
import { JudgmentStore } from './judgment-store.ts'

/** One tenant's space: its judgments, and the runs in flight. Wiring only. */
export class TenantObject extends DurableObject<Env> {
  readonly #judgments: JudgmentStore
  readonly #flights: Flights

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    const database = drizzle(state.storage)
    state.blockConcurrencyWhile(() => migrate(database, migrations))
    this.#judgments = new JudgmentStore(database)
    this.#flights = new Flights(this.#judgments)
  }

  judge(command: JudgeCommand): Promise<JudgeOutcome> {
    return this.#flights.judge(command)
  }

  getJudgment(id: string): Judgment | null {
    return this.#judgments.get(id)
  }

  listJudgments(limit: number, after?: string): { data: Judgment[]; hasMore: boolean } {
    return this.#judgments.page(limit, after)
  }

  deleteJudgment(id: string): string | null {
    return this.#judgments.delete(id)
  }

  /** Empties the tenant's space for good. */
  async destroy(): Promise<void> {
    await this.ctx.storage.deleteAll()
    await this.ctx.storage.sync()
    // After the answer: whatever still runs here must not store anything any more.
    setTimeout(() => this.ctx.abort('the tenant was deleted'), 0)
  }
}
