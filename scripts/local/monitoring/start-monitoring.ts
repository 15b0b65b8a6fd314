import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { countBytes } from '../../backup/snapshot.ts'
import type { DiskSpace } from '../disk-space.ts'
import { StartProblem } from '../problem.ts'
import { GatewayMetrics, type NodeReading, type WorkloadReading } from './gateway-metrics.ts'
import { startMonitoring } from './monitoring-server.ts'

interface Parts {
  host: string
  port: number
  state: string
  disk: DiskSpace
  gateway: string
  /** Null where operators sign in by Cloudflare Access only: then nodes and workload are not read. */
  adminSecret: string | null
  runtimePid: () => number | null
}

export interface Monitoring {
  metrics: GatewayMetrics
  url: string
  close(): void
}

/** A state folder of a million files is not walked at every scrape. */
const stateSizeMs = 60_000

/** Metrics and status of a service on this machine, on a port of their own. */
export async function monitor(parts: Parts): Promise<Monitoring> {
  const { host, port, state, disk, runtimePid } = parts
  const startedAt = performance.now()
  const stateBytes = remember(stateSizeMs, () => countBytes(state))
  const metrics = new GatewayMetrics({
    stateBytes,
    diskFreeBytes: disk.freeBytes,
    diskWatermarkBytes: disk.watermarkBytes,
    runtimeBytes: () => residentBytes(runtimePid()),
    nodes: shareInFlight(() => readNodes(parts)),
    workload: shareInFlight(() => readWorkload(parts)),
  })
  const root = join(import.meta.dirname, '../../..')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const status = async () => {
    const nodes = await readNodes(parts)
    const up = nodes.filter(({ isUp }) => isUp).length
    const isLow = disk.freeBytes() < disk.watermarkBytes
    const isUp = await fetch(`${parts.gateway}/healthz`, { signal: AbortSignal.timeout(5_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
    const isDegraded = !isUp || isLow || (nodes.length > 0 && up === 0)
    return {
      status: isDegraded ? ('degraded' as const) : ('ok' as const),
      version,
      uptime_seconds: Math.round((performance.now() - startedAt) / 1000),
      nodes: { up, down: nodes.length - up },
      restarts_of_runtime: metrics.runtimeRestarts,
      disk: isLow ? ('low' as const) : ('ok' as const),
    }
  }
  const server = await startMonitoring({ host, port, registry: metrics.registry, status }).catch(
    (error: Error) => {
      throw new StartProblem(`METRICS_PORT ${port} cannot be used: ${error.message}`)
    },
  )
  return { metrics, url: `http://${host}:${server.port}`, close: server.close }
}

/** The nodes as the gateway's last checks found them; none while it does not answer. */
async function readNodes(parts: Parts): Promise<NodeReading[]> {
  const answer = await readAsOperator<{ data: ListedNode[] }>(parts, '/admin/v1/nodes')
  return (answer?.data ?? []).map(({ id, health }) => ({
    id,
    isUp: health?.state === 'up',
    running: health?.report?.running ?? 0,
    waiting: health?.report?.waiting ?? 0,
    slots: health?.report?.slots ?? 0,
  }))
}

interface ListedNode {
  id: string
  health: {
    state: 'up' | 'down'
    report: { running: number | null; waiting: number | null; slots: number | null } | null
  } | null
}

async function readWorkload(parts: Parts): Promise<WorkloadReading | null> {
  const answer = await readAsOperator<{ runs_waiting: number; jobs_running: number; items_pending: number }>(
    parts,
    '/admin/v1/workload',
  )
  if (answer === null) return null
  const { runs_waiting, jobs_running, items_pending } = answer
  return { runsWaiting: runs_waiting, jobsRunning: jobs_running, itemsPending: items_pending }
}

/** Null where operators sign in by Cloudflare Access only, and while the gateway does not answer. */
async function readAsOperator<T>({ gateway, adminSecret }: Parts, path: string): Promise<T | null> {
  if (adminSecret === null) return null
  try {
    const response = await fetch(gateway + path, {
      headers: { authorization: `Bearer ${adminSecret}` },
      signal: AbortSignal.timeout(5_000),
    })
    return response.ok ? ((await response.json()) as T) : null
  } catch {
    return null
  }
}

function residentBytes(pid: number | null): number | null {
  if (pid === null) return null
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) * 1024
  } catch {
    return null
  }
}

/** Gauges that are collected at the same moment share one request. */
function shareInFlight<T>(read: () => Promise<T>): () => Promise<T> {
  let inFlight: Promise<T> | null = null
  return () => {
    inFlight ??= read().finally(() => {
      inFlight = null
    })
    return inFlight
  }
}

function remember(milliseconds: number, read: () => number): () => number {
  let known: { value: number; until: number } | null = null
  return () => {
    if (known === null || performance.now() > known.until)
      known = { value: read(), until: performance.now() + milliseconds }
    return known.value
  }
}
