import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { wheels } from '../../../inference-node/devices/cuda-libraries.ts'
import { temporaryFolder } from '../convert/fixtures.ts'

/** Returns whether stand-ins for driver libraries can be compiled here. */
export const hasCompiler = (() => {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return process.platform === 'linux'
  } catch {
    return false
  }
})()

export interface FakeDriver {
  /** As `cuDriverGetVersion` gives it: 13000 is CUDA 13.0. */
  version?: number
  /** The status that `cuInit` returns. */
  init?: number
  gpus?: { name: string; totalBytes: number; freeBytes: number; capability: [number, number] }[]
}

/** Compiles a stand-in for libcuda.so.1 and libnvidia-ml.so.1; returns the environment that names it. */
export function fakeDriver({ version = 13000, init = 0, gpus = [] }: FakeDriver): Record<string, string> {
  const folder = temporaryFolder()
  const list = (values: (string | number)[]) => [...values, 0].join(', ')
  const source = join(folder, 'driver.c')
  const library = join(folder, 'libcuda.so.1')
  writeFileSync(
    source,
    `#include <string.h>
    #include <stdlib.h>
    static const char *names[] = {${list(gpus.map(({ name }) => JSON.stringify(name)))}};
    static const unsigned long totals[] = {${list(gpus.map(({ totalBytes }) => totalBytes))}};
    static const unsigned long frees[] = {${list(gpus.map(({ freeBytes }) => freeBytes))}};
    static const int majors[] = {${list(gpus.map(({ capability }) => capability[0]))}};
    static const int minors[] = {${list(gpus.map(({ capability }) => capability[1]))}};
    /* the devices that CUDA_VISIBLE_DEVICES shows, by single digits */
    static int visible(int *shown) {
      const char *list = getenv("CUDA_VISIBLE_DEVICES");
      int n = 0;
      if (!list) for (; n < ${gpus.length}; n++) shown[n] = n;
      else for (; *list; list++) if (*list >= '0' && *list < '0' + ${gpus.length}) shown[n++] = *list - '0';
      return n;
    }
    int cuInit(unsigned flags) { return ${init}; }
    int cuDriverGetVersion(int *v) { *v = ${version}; return 0; }
    int cuDeviceGetCount(int *n) { int shown[99]; *n = visible(shown); return 0; }
    int cuDeviceGet(int *d, int i) { int shown[99]; visible(shown); *d = shown[i]; return 0; }
    int cuDeviceGetName(char *s, int n, int d) { strncpy(s, names[d], n); return 0; }
    int cuDeviceGetUuid_v2(char *u, int d) { memset(u, 0, 16); u[15] = d; return 0; }
    int cuDeviceTotalMem_v2(unsigned long *b, int d) { *b = totals[d]; return 0; }
    int cuDeviceGetAttribute(int *v, int a, int d) { *v = a == 75 ? majors[d] : minors[d]; return 0; }
    int cuTensorMapEncodeTiled(void) { return 801; }
    int nvmlInit_v2(void) { return 0; }
    int nvmlSystemGetDriverVersion(char *s, unsigned n) { strncpy(s, "580.95.05", n); return 0; }
    int nvmlDeviceGetHandleByUUID(const char *u, void **h) {
      *h = (void *)(1 + strtol(u + strlen(u) - 2, 0, 16)); return 0; }
    int nvmlDeviceGetMemoryInfo(void *h, unsigned long *m) {
      long d = (long)h - 1; m[0] = totals[d]; m[1] = frees[d]; m[2] = totals[d] - frees[d]; return 0; }`,
  )
  execFileSync('cc', ['-w', '-shared', '-fPIC', '-Wl,-soname,libcuda.so.1', '-o', library, source])
  return { KEVAL_CUDA_DRIVER: library, KEVAL_NVML_LIBRARY: library }
}

export const h100 = {
  name: 'NVIDIA H100 80GB HBM3',
  totalBytes: 85e9,
  freeBytes: 84e9,
  capability: [9, 0] as [number, number],
}

/** A folder that looks like the installed libraries of CUDA: files of the right sizes, which do not load. */
export function installedLibraries(): string {
  const folder = join(temporaryFolder(), 'cuda')
  mkdirSync(folder)
  for (const { path, bytes } of wheels.flatMap(({ libraries }) => libraries)) {
    writeFileSync(join(folder, basename(path)), '')
    truncateSync(join(folder, basename(path)), bytes)
  }
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ wheels }))
  return folder
}
