import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export const runtimeVersion = '1.30.0'
/** Oldest CUDA that a driver must run for these libraries. */
export const minCudaVersion = '13.0'
/** Oldest compute capability that CUDA 13 supports. */
export const minComputeCapability = '7.5'

/** A package of the Python package index and what the node takes out of it. */
export interface Wheel {
  project: string
  version: string
  file: string
  bytes: number
  sha256: string
  /** Paths inside the wheel, with their unpacked sizes. */
  libraries: { path: string; bytes: number }[]
}

/** All that ONNX Runtime's CUDA provider loads besides the driver, for Linux on x86-64. */
export const wheels: readonly Wheel[] = [
  {
    project: 'nvidia-cuda-runtime',
    version: '13.5.37',
    file: 'nvidia_cuda_runtime-13.5.37-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
    bytes: 2_504_024,
    sha256: 'df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d',
    libraries: [{ path: 'nvidia/cu13/lib/libcudart.so.13', bytes: 806_720 }],
  },
  {
    project: 'nvidia-cublas',
    version: '13.10.0.20',
    file: 'nvidia_cublas-13.10.0.20-py3-none-manylinux1_x86_64.manylinux_2_5_x86_64.whl',
    bytes: 444_289_903,
    sha256: 'dcc6d63884c53d07e267ce7e6feac17b2538cebaafec5db865736c3e28e4dc84',
    libraries: [
      { path: 'nvidia/cu13/lib/libcublasLt.so.13', bytes: 551_653_208 },
      { path: 'nvidia/cu13/lib/libcublas.so.13', bytes: 57_282_152 },
    ],
  },
  {
    project: 'nvidia-curand',
    version: '10.4.5.25',
    file: 'nvidia_curand-10.4.5.25-py3-none-manylinux_2_27_x86_64.whl',
    bytes: 77_113_015,
    sha256: '22bb226a857e5888fe6b54ae465fc4371296bcff13a35f79e19691bcf454f529',
    libraries: [{ path: 'nvidia/cu13/lib/libcurand.so.10', bytes: 104_860_296 }],
  },
  {
    project: 'onnxruntime-gpu',
    version: runtimeVersion,
    file: 'onnxruntime_gpu-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl',
    bytes: 246_658_419,
    sha256: '4fbf0c5d7b5fb99266c2e8a802e3e64af68bdc383e0f3c7349b985f1087eedaa',
    libraries: [
      { path: 'onnxruntime/capi/libonnxruntime.so.1.30.0', bytes: 29_062_976 },
      { path: 'onnxruntime/capi/libonnxruntime_providers_shared.so', bytes: 14_632 },
      { path: 'onnxruntime/capi/libonnxruntime_providers_cuda.so', bytes: 272_049_904 },
    ],
  },
]

/** Libraries that the CUDA provider needs in memory before it is loaded, each after those it needs itself. */
export const preloaded = ['libcudart.so.13', 'libcublasLt.so.13', 'libcublas.so.13', 'libcurand.so.10']
export const runtimeLibrary = `libonnxruntime.so.${runtimeVersion}`

/** Name of the list of files inside an installed folder. */
export const manifestName = 'manifest.json'

export interface Manifest {
  wheels: readonly { project: string; version: string; sha256: string }[]
}

export type InstalledLibraries =
  | { state: 'missing'; folder: string }
  | { state: 'damaged'; folder: string; problem: string }
  | { state: 'installed'; folder: string; wheels: Manifest['wheels'] }

/** The folder for these libraries: the one the environment names, else one in the user's cache. */
export const cudaFolder = (env: NodeJS.ProcessEnv = process.env): string =>
  env.KEVAL_CUDA_DIR ||
  join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'keval-node', 'cuda', runtimeVersion)

/** Looks at what is in the folder: every library in its size, from the wheels that this version pins. */
export function findCudaLibraries(folder: string, wanted: readonly Wheel[] = wheels): InstalledLibraries {
  let manifest: Manifest
  try {
    manifest = JSON.parse(readFileSync(join(folder, manifestName), 'utf8')) as Manifest
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return missing
      ? { state: 'missing', folder }
      : { state: 'damaged', folder, problem: `${manifestName} cannot be read` }
  }
  for (const { project, version, sha256, libraries } of wanted) {
    if (!manifest.wheels.some((wheel) => wheel.project === project && wheel.sha256 === sha256))
      return { state: 'damaged', folder, problem: `${project} is not the pinned version ${version}` }
    for (const { path, bytes } of libraries) {
      const name = path.slice(path.lastIndexOf('/') + 1)
      const size = statSync(join(folder, name), { throwIfNoEntry: false })?.size
      if (size !== bytes)
        return {
          state: 'damaged',
          folder,
          problem: size === undefined ? `${name} is missing` : `${name} has ${size} bytes, not ${bytes}`,
        }
    }
  }
  return { state: 'installed', folder, wheels: manifest.wheels }
}
