import type { Model, ModelList, NodeHealth } from '../../schema/api/node-status.ts'
import { message, renderMessage } from '../../schema/messages/message.ts'
import type { Gpu } from '../devices/device-report.ts'
import type { EngineGroup } from '../engine/process/engine-group.ts'
import type { EngineState } from '../engine/process/engine-process.ts'
import type { EngineStatistics } from '../engine/protocol.ts'
import type { Admission } from './admission.ts'

const embeddedNotice = renderMessage(message('demo_model'), 'en')

export interface StatusSources {
  engine: EngineGroup
  admission: Admission
  /** The latest of each engine; null while it is down. */
  statistics: () => readonly (EngineStatistics | null)[]
  draining: () => boolean
  /** Totals since the node started. */
  totals: NonNullable<NodeHealth['totals']>
  /** Free memory of the GPU in use; null if unknown. */
  deviceFreeBytes: () => number | null
  /** Version of the GPU's kernel driver; null if unknown. */
  driverVersion: () => string | null
  /** The model is the one that ships with the product. */
  embedded: boolean
}

/** Builds the body of `/health`. */
export function health({
  engine,
  admission,
  statistics,
  draining,
  deviceFreeBytes,
  driverVersion,
  totals,
}: StatusSources): NodeHealth {
  const { model, state, restarts } = engine
  return {
    ...toStatus(state, draining()),
    model: model?.id ?? null,
    weights_digest: model?.weightsDigest ?? null,
    provider: model?.provider ?? null,
    runtime: model?.runtime ?? null,
    selection: model?.selection ?? [],
    certificate: model?.certificate ?? null,
    degraded: [...(model?.degraded ?? []), ...findEnginesDown(engine)],
    device: model?.device ? toDevice(model.device, driverVersion(), deviceFreeBytes()) : null,
    running: statistics().reduce((sum, one) => sum + (one?.running ?? 0), 0),
    waiting: admission.waiting,
    slots: model?.slots ?? 0,
    slot_tokens: model?.slotTokens ?? 0,
    settings: model && {
      chunk_tokens: model.chunkTokens,
      threads: model.threads,
      tuning: {
        state: model.tuning.state,
        problem: model.tuning.problem,
        file: model.tuning.file,
        measured_at: model.tuning.measuredAt,
      },
    },
    queue_limit: admission.limit,
    engine_restarts: restarts,
    engines: engine.engines.map(({ index, process }) => ({
      status: process.state.status,
      reason: process.state.reason,
      device: process.model?.device?.name ?? null,
      slots: process.model?.slots ?? 0,
      running: statistics()[index]?.running ?? 0,
      restarts: process.restarts,
    })),
    totals,
    uptime_seconds: Math.round(process.uptime()),
  }
}

function toDevice(
  gpu: Gpu,
  driverVersion: string | null,
  freeBytes: number | null,
): NonNullable<NodeHealth['device']> {
  return {
    name: gpu.name,
    compute_capability: gpu.computeCapability,
    driver_version: driverVersion,
    memory_total_bytes: gpu.totalBytes,
    memory_free_bytes: freeBytes,
  }
}

/** Engines that are down while others serve. */
function findEnginesDown({ engines }: EngineGroup): NodeHealth['degraded'] {
  if (engines.length === 1) return []
  return engines
    .filter(({ process }) => process.state.status !== 'ready')
    .map(({ index, process: { state } }) => ({
      code: 'engine_down',
      message: `engine ${index} is ${state.status}: ${state.reason}`,
      remedy: 'none needed: it is started again; the log says why it ended',
    }))
}

function toStatus(state: EngineState, draining: boolean): Pick<NodeHealth, 'status' | 'reason'> {
  if (draining || state.status === 'stopped')
    return { status: 'draining', reason: 'the node is shutting down and takes no new requests' }
  return { status: state.status, reason: state.reason }
}

/** Builds the body of `/v1/models`; its list is empty until the model is loaded. */
export function modelList({ engine: { model }, embedded }: StatusSources): ModelList {
  const data: Model[] = []
  if (model)
    data.push({
      id: model.id,
      object: 'model',
      created: 0,
      owned_by: 'keval-node',
      keval: {
        revision: model.revision,
        weights_digest: model.weightsDigest,
        precision: model.precision,
        context_length: model.slotTokens,
        provider: model.provider,
        certificate: model.certificate,
        embedded,
        notice: embedded ? embeddedNotice : null,
      },
    })
  return { object: 'list', data }
}
