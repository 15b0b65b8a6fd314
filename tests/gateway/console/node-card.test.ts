import { describe, expect, it, vi } from 'vitest'
import { NodeCard } from '../../../gateway/console/pages/operator/node-card.tsx'
import { en } from '../../../gateway/console/texts/en.ts'
import { ko } from '../../../gateway/console/texts/ko.ts'
import type { View } from '../../../gateway/console/view.ts'
import type { NodeHour } from '../../../schema/api/node-throughput.ts'
import type { NodeView } from '../../../schema/api/nodes.ts'

const device = {
  name: 'NVIDIA H100 80GB HBM3',
  compute_capability: '9.0',
  driver_version: '580.95.05',
  memory_total_bytes: 85_000_000_000,
  memory_free_bytes: 12_000_000_000,
}
const engine = { status: 'ready' as const, device: device.name, running: 1, slots: 32, restarts: 0 }
const report = {
  status: 'ready' as const,
  running: 1,
  waiting: 0,
  slots: 32,
  queue_limit: 1024,
  engine_restarts: 3,
  device,
  degraded: [
    { code: 'engine_down', message: 'engine 1 is <failing>', remedy: 'none needed' },
    { code: 'constructor', message: 'of a newer node', remedy: 'none known' },
  ],
  engines: [engine, { ...engine, status: 'failing' as const, running: 0, restarts: 3 }],
  models: [],
  seen_at: '2026-11-01T00:00:00Z',
}

function render(
  language: 'ko' | 'en',
  facts: Partial<typeof report> | object = {},
  hours: readonly NodeHour[] = [],
): string {
  const view = {
    language,
    t: { ko, en }[language],
    sessions: { operator: null, tenant: null, applicant: null },
  } as unknown as View
  const at = report.seen_at
  const health = { state: 'up', reason: null, models: [], load: 1, latency_ms: 3, checked_at: at, since: at }
  const node = { id: 'one', url: 'http://node', models: null, configured: true, breaker: null, lease: null }
  const whole = { ...node, health: { ...health, report: { ...report, ...facts } } } as unknown as NodeView
  return String(NodeCard({ view, node: whole, hours }))
}

describe('the card of a node', () => {
  it.each(['ko', 'en'] as const)('shows GPU, engines and problems in the language %s', (language) => {
    const { nodes } = { ko, en }[language].operator
    const html = render(language)
    expect(html).toContain(device.name)
    expect(html).toContain(nodes.deviceMemory('12.0 GB', '85.0 GB'))
    expect(html).toContain(nodes.driver('580.95.05'))
    expect(html).toContain(nodes.engineStates.failing)
    expect(html).toContain(nodes.problems.engine_down)
    expect(html).toContain('engine 1 is &lt;failing&gt;')
    expect(html).toContain('<span class="tag wait">constructor</span>')
  })

  it.each(['ko', 'en'] as const)(
    'draws what it did in 48 hours, and says so in the language %s',
    (language) => {
      vi.useFakeTimers({ now: Date.parse('2026-11-01T10:30:00Z'), toFake: ['Date'] })
      try {
        const totals = { answers: 9, prompt_tokens: 9, generated_tokens: 9 }
        const hour = { node: 'one', answers: 600, prompt_tokens: 1, generated_tokens: 72_000 }
        const html = render(language, { totals }, [
          { ...hour, hour: '2026-10-31T20:00:00.000Z' },
          // half an hour of work so far
          { ...hour, hour: '2026-11-01T10:00:00.000Z', answers: 90, generated_tokens: 3_600 },
          // too long ago to be shown
          { ...hour, hour: '2026-10-29T20:00:00.000Z', answers: 99_999 },
        ])
        const { throughput } = { ko, en }[language].operator.nodes
        expect(html).toContain(`aria-label="${throughput.answers}: ${throughput.summary('3', '10')}"`)
        expect(html).toContain(`aria-label="${throughput.tokens}: ${throughput.summary('2', '20')}"`)
        expect(html.match(/class="bar"/g)).toHaveLength(4)
        expect(render(language, {}, [])).not.toContain('sparkline')
      } finally {
        vi.useRealTimers()
      }
    },
  )

  it('leaves out what a node does not report', () => {
    const html = render('en', { device: null, engines: [engine], degraded: [] })
    for (const heading of [en.operator.nodes.device, en.operator.nodes.engines, en.operator.nodes.degraded])
      expect(html).not.toContain(`<dt>${heading}</dt>`)
  })
})
