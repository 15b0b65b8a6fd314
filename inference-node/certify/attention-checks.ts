import type { DecoderConfig } from '../convert/checkpoint/decoder-config.ts'
import type { Certificate } from '../model/directory.ts'
import { attentionCases, type ProbedDevice, probeAttention } from './attention-probe.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Softcap and window are really applied by the provider's attention operator. */
export async function checkAttention(
  config: DecoderConfig,
  device: ProbedDevice,
  type: 'float32' | 'float16' | 'bfloat16',
  probeOperator: typeof probeAttention = probeAttention,
): Promise<Check[]> {
  const bound = { float32: 0.001, float16: 0.02, bfloat16: 0.05 }[type]
  const checks: Check[] = []
  for (const probe of attentionCases(config)) {
    const findings = await probeOperator(probe, device, type)
    const name = `attention${probe.softcap === null ? '' : ` with softcap ${probe.softcap}`}${probe.window === null ? '' : ` within ${probe.window}`}`
    const ignored = [
      findings.withoutSoftcap !== null && findings.withoutSoftcap <= bound ? 'the softcap is ignored' : '',
      findings.withoutWindow !== null && findings.withoutWindow <= bound ? 'the window is ignored' : '',
    ].filter((text) => text !== '')
    checks.push({
      name,
      passed: findings.asAsked <= bound && ignored.length === 0,
      detail: ignored.join(', ') || `differs by ${findings.asAsked.toPrecision(2)} of at most ${bound}`,
    })
  }
  return checks
}

/** The logits stay within the softcap that the model puts on them; null for a model without one. */
export async function checkLogitSoftcap(
  runner: PromptRunner,
  { logitSoftcap }: DecoderConfig,
  prompt: readonly number[],
): Promise<Check | null> {
  if (logitSoftcap === null) return null
  const logits = await runner.logits(prompt)
  const largest = logits.reduce((most, logit) => Math.max(most, Math.abs(logit)), 0)
  return {
    name: 'logit softcap',
    passed: largest <= logitSoftcap * rounding,
    detail: `the largest logit is ${largest.toPrecision(3)}, the cap ${logitSoftcap}`,
  }
}

/** A logit at the cap may be rounded up. */
const rounding = 1.01
