import { readdirSync, readFileSync } from 'node:fs'
import { type CudaDevice, type CudaDriver, readCudaDriver } from './cuda-driver.ts'
import { type Nvml, openNvml } from './nvml.ts'

export interface Gpu extends CudaDevice {
  /** Null where NVML cannot tell. */
  freeBytes: number | null
}

/** The devices of this machine other than its CPU. */
export interface DeviceReport {
  /** For example `linux-x64`. */
  platform: string
  /** Version of the kernel driver, for example `580.95.05`. */
  driverVersion: string | null
  /** Newest CUDA that the driver runs. */
  cudaVersion: string | null
  gpus: Gpu[]
  /** NVIDIA GPUs on the PCI bus, whether or not a driver runs them. */
  pciGpus: number
  /** Why the driver does not answer; null when it does or there is none. */
  driverProblem: string | null
}

/** Sources of device facts; each is absent on a machine without a GPU. */
export interface DeviceSources {
  driver(): CudaDriver
  nvml(): Nvml | null
  pciGpus(): number
}

/** The machine's own libraries; the environment names others, such as those of a container. */
export function machineSources(env: NodeJS.ProcessEnv = process.env): DeviceSources {
  return {
    driver: () => readCudaDriver(cudaDriverFile(env)),
    nvml: () => openNvml(env.KEVAL_NVML_LIBRARY || 'libnvidia-ml.so.1'),
    pciGpus: countPciGpus,
  }
}

export const cudaDriverFile = (env: NodeJS.ProcessEnv = process.env): string =>
  env.KEVAL_CUDA_DRIVER || 'libcuda.so.1'

/** Reads the devices; a machine without them gives an empty report and no error. */
export function readDeviceReport(sources: DeviceSources): DeviceReport {
  const driver = sources.driver()
  const nvml = driver.state === 'absent' ? null : sources.nvml()
  return {
    platform: `${process.platform}-${process.arch}`,
    driverVersion: nvml?.driverVersion ?? null,
    cudaVersion: driver.state === 'absent' ? null : driver.cudaVersion,
    gpus:
      driver.state === 'ready'
        ? driver.devices.map((device) => ({
            ...device,
            freeBytes: nvml?.memory(device.uuid)?.freeBytes ?? null,
          }))
        : [],
    pciGpus: sources.pciGpus(),
    driverProblem: driver.state === 'failed' ? driver.reason : null,
  }
}

const nvidia = '0x10de'
const displayClass = '0x03'

function countPciGpus(): number {
  const folder = '/sys/bus/pci/devices'
  const read = (device: string, name: string) => readFileSync(`${folder}/${device}/${name}`, 'utf8')
  try {
    return readdirSync(folder).filter(
      (device) => read(device, 'vendor').trim() === nvidia && read(device, 'class').startsWith(displayClass),
    ).length
  } catch {
    return 0
  }
}
