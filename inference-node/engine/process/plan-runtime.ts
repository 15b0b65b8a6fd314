import type { Gpu } from '../../devices/device-report.ts'
import type { ModelDirectory } from '../../model/directory.ts'
import type { EngineConfig } from '../protocol.ts'
import { planMemory } from '../runtime/memory-plan.ts'
import type { Provider } from '../runtime/runtime.ts'

/** Memory of the CUDA context, its libraries and short-lived tensors, in addition to the weights. */
const contextBytes = 1e9
/** Share assumed to be used by other processes if the driver does not report free memory. */
const assumedFreeShare = 0.9

export interface RuntimePlan {
  rows: number
  rowTokens: number
  chunkTokens: number
}

/** Free memory where the model may run. */
export interface DeviceMemory {
  hostFreeBytes: number
  gpu: Gpu | null
}

/** Defaults for settings that were neither measured nor requested. */
export const defaultSettings = (provider: Provider): { slots: number; chunkTokens: number } =>
  provider === 'cuda' ? { slots: 64, chunkTokens: 512 } : { slots: 8, chunkTokens: 128 }

/**
 * Rows, their length and the chunks of prompts for a provider: on a GPU by the memory of the card, else by the
 * memory of the host.
 *
 * @param maxSlots most rows where their number was not asked for
 * @throws RuntimeError naming the sizes when the model does not fit
 */
export function planRuntime(
  provider: Provider,
  directory: PlannedModel,
  config: Pick<EngineConfig, 'slots' | 'slotTokens' | 'cacheBytes' | 'chunkTokens'>,
  memory: DeviceMemory,
  maxSlots: number = defaultSettings(provider).slots,
): RuntimePlan {
  const gpu = provider === 'cuda' ? memory.gpu : null
  const plan = planMemory({
    tokenBytes: tokenBytes(directory),
    contextLength: directory.contextLength,
    budgetBytes: config.cacheBytes,
    freeBytes: gpu ? (gpu.freeBytes ?? gpu.totalBytes * assumedFreeShare) : memory.hostFreeBytes,
    weightBytes: directory.weightBytes,
    workspaceBytes: gpu ? contextBytes + widestMatrixBytes(directory) : 0,
    cacheShare: gpu ? 0.9 : 0.5,
    maxSlots,
    slots: config.slots,
    slotTokens: config.slotTokens,
  })
  const chunkTokens = config.chunkTokens ?? defaultSettings(provider).chunkTokens
  return { rows: provider === 'webgpu' ? 1 : plan.slots, rowTokens: plan.slotTokens, chunkTokens }
}

export type PlannedModel = Pick<
  ModelDirectory,
  | 'layers'
  | 'attentionHeads'
  | 'kvHeads'
  | 'headSize'
  | 'vocabularySize'
  | 'contextLength'
  | 'weightBytes'
  | 'precision'
  | 'conversion'
>

/** Reading a prompt, a GPU unpacks a whole quantized matrix to float16; the output matrix is the widest. */
const widestMatrixBytes = ({ vocabularySize, attentionHeads, headSize }: PlannedModel) =>
  2 * vocabularySize * attentionHeads * headSize

/** Bytes of keys and values for one token over all layers. */
export const tokenBytes = (model: PlannedModel): number =>
  2 * model.layers * model.kvHeads * model.headSize * cacheElementBytes(model)

/** Models converted for a GPU keep their cache in float16, whatever their weights are. */
function cacheElementBytes({
  precision,
  conversion,
}: Pick<PlannedModel, 'precision' | 'conversion'>): number {
  if (precision === 'fp16' || precision === 'bf16') return 2
  const quantized = precision === 'int8' || precision === 'int4'
  return quantized && conversion !== null && conversion.target !== 'cpu' ? 2 : 4
}
