import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCudaLibraries, type Wheel } from '../../../inference-node/devices/cuda-libraries.ts'
import { type DeviceReport, readDeviceReport } from '../../../inference-node/devices/device-report.ts'
import { diagnose } from '../../../inference-node/devices/diagnosis.ts'
import { temporaryFolder } from '../convert/fixtures.ts'
import { cli, embeddedModel } from '../server/fixtures.ts'
import { fakeDriver, h100, hasCompiler } from './fake-driver.ts'

const gpu = {
  index: 0,
  name: 'NVIDIA L4',
  uuid: 'GPU-0',
  totalBytes: 24e9,
  freeBytes: 23e9,
  computeCapability: '8.9',
}
const machine: DeviceReport = {
  platform: 'linux-x64',
  driverVersion: '580.95.05',
  cudaVersion: '13.0',
  gpus: [gpu],
  pciGpus: 1,
  driverProblem: null,
}
const bare: DeviceReport = { ...machine, driverVersion: null, cudaVersion: null, gpus: [], pciGpus: 0 }
const installed = { state: 'installed', folder: '/cuda', wheels: [] } as const
const missing = { state: 'missing', folder: '/cuda' } as const

describe('what a machine would choose', () => {
  it.each([
    ['a usable GPU', machine, installed, false, 'cuda', []],
    ['no GPU', bare, missing, false, 'cpu', []],
    ['a GPU without a driver', { ...bare, pciGpus: 1 }, missing, false, 'cpu', ['driver_missing']],
    [
      'a broken driver',
      { ...machine, gpus: [], driverProblem: 'x' },
      installed,
      false,
      'cpu',
      ['driver_failed'],
    ],
    ['an old driver', { ...machine, cudaVersion: '12.8' }, installed, false, 'cpu', ['driver_too_old']],
    [
      'an old GPU',
      { ...machine, gpus: [{ ...gpu, computeCapability: '7.0' }] },
      installed,
      false,
      'cpu',
      ['gpu_too_old'],
    ],
    ['no libraries', machine, missing, false, 'cpu', ['libraries_missing']],
    [
      'damaged libraries',
      machine,
      { state: 'damaged', folder: '/cuda', problem: 'x is missing' } as const,
      false,
      'cpu',
      ['libraries_damaged'],
    ],
    ['a model for the CPU', machine, installed, true, 'cpu', ['model_for_cpu']],
    ['no libraries and a CPU model', machine, missing, true, 'cpu', ['libraries_missing', 'model_for_cpu']],
    ['a GPU hidden by CUDA_VISIBLE_DEVICES', { ...machine, gpus: [] }, installed, false, 'cpu', []],
  ] as const)('%s', (_, report, libraries, forCpu, provider, codes) => {
    const diagnosis = diagnose(report as DeviceReport, libraries, { path: '/model', forCpu })
    expect(diagnosis.provider).toBe(provider)
    expect(diagnosis.problems.map(({ code }) => code)).toEqual(codes)
    for (const { remedy } of diagnosis.problems) expect(remedy).not.toBe('')
  })

  it('does not ask NVML where there is no driver', () => {
    const report = readDeviceReport({
      driver: () => ({ state: 'absent' }),
      nvml: () => {
        throw new Error('asked')
      },
      pciGpus: () => 0,
    })
    expect(report).toMatchObject({ gpus: [], cudaVersion: null, driverProblem: null })
  })
})

describe('the folder of libraries', () => {
  const wheel: Wheel = {
    project: 'a',
    version: '1',
    file: 'a.whl',
    bytes: 1,
    sha256: 'aa',
    libraries: [{ path: 'x/liba.so', bytes: 3 }],
  }
  const folderWith = (sha256: string, library: string | null) => {
    const folder = join(temporaryFolder(), 'cuda')
    mkdirSync(folder)
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify({ wheels: [{ project: 'a', version: '1', sha256 }] }),
    )
    if (library !== null) writeFileSync(join(folder, 'liba.so'), library)
    return folder
  }

  it('is installed, missing or damaged', () => {
    expect(findCudaLibraries(folderWith('aa', 'abc'), [wheel]).state).toBe('installed')
    expect(findCudaLibraries(join(temporaryFolder(), 'none'), [wheel]).state).toBe('missing')
    expect(findCudaLibraries(folderWith('bb', 'abc'), [wheel])).toMatchObject({ state: 'damaged' })
    expect(findCudaLibraries(folderWith('aa', 'ab'), [wheel])).toMatchObject({
      problem: 'liba.so has 2 bytes, not 3',
    })
    expect(findCudaLibraries(folderWith('aa', null), [wheel])).toMatchObject({
      problem: 'liba.so is missing',
    })
  })
})

/** Runs `keval-node doctor --json`. */
function doctor(env: Record<string, string>, ...args: string[]): Promise<{ code: number; report: Report }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cli, 'doctor', '--json', ...args],
      { env: { ...process.env, KEVAL_CUDA_DIR: '/nowhere', ...env } },
      (error, stdout) => resolve({ code: Number(error?.code ?? 0), report: JSON.parse(stdout) }),
    )
  })
}
type Report = DeviceReport & { choice: ReturnType<typeof diagnose> }

describe.skipIf(!hasCompiler)('doctor with a stand-in for the driver (needs cc)', () => {
  it('reads names, memory and compute capability through the driver and NVML', async () => {
    const l4 = {
      name: 'NVIDIA L4',
      totalBytes: 24e9,
      freeBytes: 20e9,
      capability: [8, 9] as [number, number],
    }
    const { code, report } = await doctor(fakeDriver({ gpus: [h100, l4] }))
    expect(report).toMatchObject({ driverVersion: '580.95.05', cudaVersion: '13.0' })
    expect(report.gpus).toMatchObject([
      { index: 0, name: h100.name, totalBytes: 85e9, freeBytes: 84e9, computeCapability: '9.0' },
      { index: 1, name: 'NVIDIA L4', totalBytes: 24e9, freeBytes: 20e9, computeCapability: '8.9' },
    ])
    expect(report.choice.problems.map(({ code }) => code)).toEqual(['libraries_missing'])
    expect(code).toBe(1)
  })

  it('names a model that was converted for the CPU', async () => {
    const { report } = await doctor(fakeDriver({ gpus: [h100] }), '--model', embeddedModel)
    expect(report.choice.problems.map(({ code }) => code)).toContain('model_for_cpu')
  })

  it('says why a driver does not work', async () => {
    const { code, report } = await doctor(fakeDriver({ init: 803, version: 13010 }))
    expect(report.driverProblem).toContain('803: the driver and the kernel module are of different versions')
    expect(report.cudaVersion).toBe('13.1')
    expect(code).toBe(1)
  })

  it('takes a driver without a device for a machine without a GPU', async () => {
    const { code, report } = await doctor(fakeDriver({ init: 100 }))
    expect(report).toMatchObject({ gpus: [], driverProblem: null })
    expect(code).toBe(0)
  })
})
