import koffi from 'koffi'

/** A GPU as the CUDA driver describes it; `index` counts what CUDA_VISIBLE_DEVICES shows. */
export interface CudaDevice {
  index: number
  name: string
  /** `GPU-…`, as NVML writes it. */
  uuid: string
  totalBytes: number
  computeCapability: string
}

export type CudaDriver =
  /** There is no driver library on this machine. */
  | { state: 'absent' }
  | { state: 'failed'; cudaVersion: string | null; reason: string }
  | { state: 'ready'; cudaVersion: string; devices: CudaDevice[] }

const noDevice = 100
const majorAttribute = 75
const minorAttribute = 76

/** Meanings of the driver's error numbers that machines in use show. */
const errors: Record<number, string> = {
  3: 'the driver is shutting down',
  101: 'an invalid device',
  802: 'the system is not ready (is the fabric manager running?)',
  803: 'the driver and the kernel module are of different versions',
  804: 'this GPU does not support the installed compatibility package',
  999: 'an unknown error (was the kernel module updated without a restart?)',
}

/** Asks the CUDA driver for its version and devices, without a context on any of them. */
export function readCudaDriver(file: string): CudaDriver {
  process.env.CUDA_DEVICE_ORDER ??= 'PCI_BUS_ID' // the order of nvidia-smi
  let library: ReturnType<typeof koffi.load>
  try {
    library = koffi.load(file)
  } catch {
    return { state: 'absent' }
  }
  const outInt = koffi.out(koffi.pointer('int'))
  let cudaVersion: string | null = null
  try {
    const call = (name: string, types: unknown[], ...values: unknown[]) => {
      const status = library.func(name, 'int', types as string[])(...values) as number
      if (status !== 0) throw new DriverError(name, status)
    }
    const readInt = (name: string, types: unknown[], ...values: unknown[]) => {
      const out: [number] = [0]
      call(name, [outInt, ...types], out, ...values)
      return out[0]
    }
    const version = readInt('cuDriverGetVersion', [])
    cudaVersion = `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`
    call('cuInit', ['uint'], 0)
    const count = readInt('cuDeviceGetCount', [])
    const devices = Array.from({ length: count }, (_, index): CudaDevice => {
      const device = readInt('cuDeviceGet', ['int'], index)
      const name = Buffer.alloc(256)
      call('cuDeviceGetName', ['void *', 'int', 'int'], name, name.length, device)
      const uuid = Buffer.alloc(16)
      call('cuDeviceGetUuid_v2', ['void *', 'int'], uuid, device)
      const total: [number | bigint] = [0]
      call('cuDeviceTotalMem_v2', [koffi.out(koffi.pointer('size_t')), 'int'], total, device)
      const attribute = (number: number) => readInt('cuDeviceGetAttribute', ['int', 'int'], number, device)
      return {
        index,
        name: name.toString('utf8', 0, name.indexOf(0)),
        uuid: formatUuid(uuid),
        totalBytes: Number(total[0]),
        computeCapability: `${attribute(majorAttribute)}.${attribute(minorAttribute)}`,
      }
    })
    return { state: 'ready', cudaVersion, devices }
  } catch (error) {
    if (error instanceof DriverError && error.status === noDevice && cudaVersion !== null)
      return { state: 'ready', cudaVersion, devices: [] }
    return { state: 'failed', cudaVersion, reason: (error as Error).message }
  }
}

class DriverError extends Error {
  readonly status: number

  constructor(name: string, status: number) {
    super(`${name} answers ${status}${errors[status] ? `: ${errors[status]}` : ''}`)
    this.status = status
  }
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `GPU-${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')}`
}
