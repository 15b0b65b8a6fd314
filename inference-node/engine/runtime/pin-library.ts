import koffi from 'koffi'

/** RTLD_NOW and RTLD_NODELETE of Linux. */
const resolveNow = 0x2
const neverUnload = 0x1000

/**
 * Keeps a loaded library in memory until the process has ended. koffi unloads its libraries when Node.js ends, but CUDA's
 * provider calls ONNX Runtime from handlers that run later: the process would end with a segmentation fault.
 *
 * Elsewhere than on Linux there is no such provider, and nothing to do.
 */
export function pinLibrary(file: string): void {
  if (process.platform !== 'linux') return
  const open = koffi.load(null).func('dlopen', 'void *', ['const char *', 'int'])
  open(file, resolveNow | neverUnload)
}
