import { asc, eq } from 'drizzle-orm'
import type { WebhookEvent } from '../../schema/api/webhooks.ts'
import { completions } from '../../schema/db/notifications.ts'
import { newId } from '../auth/token.ts'
import type { EvaluationRecord } from '../evaluations/evaluation-store.ts'
import { evaluationView } from '../evaluations/evaluation-view.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import { platformRandom } from '../platform/base62.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { type CompletionMail, toMailTemplate } from './completion-mail.ts'
import type { Deliveries } from './deliveries.ts'
import type { WebhookStore } from './webhook-store.ts'

type Completion = typeof completions.$inferSelect
/** The parts of an ended evaluation that its events need. */
type Ended = Pick<EvaluationRecord, 'id' | 'auditId' | 'rated' | 'wrong' | 'judgments'>

interface CompletionsParts {
  storage: DurableObjectStorage
  database: TenantDatabase
  evaluation: (id: string) => EvaluationRecord | null
  webhooks: WebhookStore
  deliveries: Deliveries
  tenantId: () => string | null
  queueMail: (mail: CompletionMail) => Promise<void>
  publicUrl: string | undefined
  now: () => number
}

/** Notes that evaluations and audits ended, in the transaction in which they do, and tells the webhooks. */
export class Completions {
  readonly #parts: CompletionsParts

  constructor(parts: CompletionsParts) {
    this.#parts = parts
  }

  /** Notes an end; nothing where no event stands for it. */
  note(ended: Ended, status: 'completed' | 'cancelled'): void {
    const { database, storage, now } = this.#parts
    const event = toEvent(ended, status)
    if (event === null) return
    const id = newId('msg', platformRandom)
    const subject = ended.auditId ?? ended.id
    database.insert(completions).values({ id, event, subject, evaluationId: ended.id, at: now() }).run()
    // the request that ends an evaluation does not wait; the check of running jobs sets the alarm, too
    ensureAlarmBefore(storage, now()).catch((error) => logUnexpected(error, { work: 'completions' }))
  }

  /** Tells of what ended, and sends what is due. The alarm calls it. */
  async tell(): Promise<void> {
    const { storage, database, webhooks, deliveries, tenantId } = this.#parts
    const tenant = tenantId()
    if (tenant === null) return
    const next = () => database.select().from(completions).orderBy(asc(completions.at)).limit(100).all()
    for (let ended = next(); ended.length > 0; ended = next()) {
      const receivers = await webhooks.list(tenant)
      for (const completion of ended) {
        const { id, event, subject } = completion
        await this.#mail(tenant, completion)
        const body = JSON.stringify(this.#toMessage(completion))
        storage.transactionSync(() => {
          deliveries.queue(receivers, { id, event, subject, body })
          database.delete(completions).where(eq(completions.id, id)).run()
        })
      }
    }
    await deliveries.sendDue(tenant)
  }

  /** Queues a mail where the evaluation asks for one; the id keeps a second try from queueing another. */
  async #mail(tenantId: string, { id, event, evaluationId }: Completion): Promise<void> {
    const { evaluation, queueMail } = this.#parts
    const template = toMailTemplate(event)
    if (template === null || evaluation(evaluationId)?.options.notify !== 'mail') return
    await queueMail({ id: `mail_${id}`, tenantId, template, evaluationId })
  }

  /** The ended work, its outcome and its address: no question, answer or explanation. */
  #toMessage({ event, subject, evaluationId, at }: Completion) {
    const { evaluation, publicUrl, now } = this.#parts
    const record = evaluation(evaluationId)
    const isAudit = event.startsWith('audit.')
    const path = `/${isAudit ? 'audits' : 'evaluations'}/${subject}`
    const url = publicUrl === undefined || publicUrl === '' ? null : publicUrl.replace(/\/+$/, '') + path
    if (record === null) return toEnvelope(event, at, { id: subject, url })
    const { name, status, model, protocol, tags, dataset, counts } = evaluationView(record, now())
    return toEnvelope(event, at, {
      id: subject,
      object: isAudit ? 'audit' : 'evaluation',
      url,
      ...{ name, status, model, protocol, tags, dataset, counts },
    })
  }
}

const toEnvelope = (type: WebhookEvent, at: number, data: object) => ({
  type,
  timestamp: new Date(at).toISOString(),
  data,
})

function toEvent({ auditId, rated, wrong, judgments }: Ended, status: string): WebhookEvent | null {
  if (auditId !== null) return status === 'completed' ? 'audit.completed' : null
  if (status === 'cancelled') return 'evaluation.cancelled'
  return judgments > 0 && rated + wrong === 0 ? 'evaluation.failed' : 'evaluation.completed'
}
