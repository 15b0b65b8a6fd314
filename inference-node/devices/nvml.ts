import koffi from 'koffi'

/** NVIDIA's management library: what the CUDA driver tells only to a process with a context. */
export interface Nvml {
  driverVersion: string | null
  /** Memory of a GPU now; null when the library does not know it. */
  memory(uuid: string): { freeBytes: number; totalBytes: number } | null
}

/** Null where the library is missing or refuses to start. */
export function openNvml(file: string): Nvml | null {
  try {
    const library = koffi.load(file)
    const call = (name: string, types: unknown[], ...values: unknown[]): boolean =>
      library.func(name, 'int', types as string[])(...values) === 0
    if (!call('nvmlInit_v2', [])) return null
    const version = Buffer.alloc(96)
    const known = call('nvmlSystemGetDriverVersion', ['void *', 'uint'], version, version.length)
    return {
      driverVersion: known ? version.toString('utf8', 0, version.indexOf(0)) : null,
      memory(uuid) {
        const device: [bigint | null] = [null]
        const memory = new BigUint64Array(3) // total, free, used
        const found =
          call(
            'nvmlDeviceGetHandleByUUID',
            ['const char *', koffi.out(koffi.pointer('void *'))],
            uuid,
            device,
          ) && call('nvmlDeviceGetMemoryInfo', ['void *', 'void *'], device[0], memory)
        return found ? { totalBytes: Number(memory[0]), freeBytes: Number(memory[1]) } : null
      },
    }
  } catch {
    return null
  }
}
