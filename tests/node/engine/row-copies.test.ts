import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'
import { afterAll, describe, expect, it } from 'vitest'
import {
  cudaRuntimeName,
  type DeviceCopies,
  openDeviceCopies,
} from '../../../inference-node/engine/runtime/device-copies.ts'
import { HostCache } from '../../../inference-node/engine/runtime/host-cache.ts'
import { DeviceRowCopies } from '../../../inference-node/engine/runtime/row-copies.ts'

/** CUDA's runtime library in a process without a GPU: the device's memory is the host's. */
const standIn = `
#include <stdlib.h>
#include <string.h>
static int known(int kind) { return kind == 2 || kind == 3; }
int cudaMemcpy(void *to, const void *from, size_t bytes, int kind) {
  if (!known(kind)) return 21;
  memcpy(to, from, bytes);
  return 0;
}
int cudaMemcpy2D(void *to, size_t to_pitch, const void *from, size_t from_pitch, size_t width, size_t height, int kind) {
  if (!known(kind)) return 21;
  if (width > to_pitch || width > from_pitch) return 12;
  for (size_t strip = 0; strip < height; strip++)
    memcpy((char *)to + strip * to_pitch, (const char *)from + strip * from_pitch, width);
  return 0;
}
int cudaDeviceSynchronize(void) { return 0; }
const char *cudaGetErrorString(int code) { return code == 12 ? "invalid pitch argument" : "unknown"; }
void *device_allocate(size_t bytes) { return calloc(1, bytes); }
`

const folder = mkdtempSync(join(tmpdir(), 'keval-cuda-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const library = join(folder, cudaRuntimeName)

function compile(): string | null {
  const source = join(folder, 'stand-in.c')
  writeFileSync(source, standIn)
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-o', library, source], { stdio: 'pipe' })
    return null
  } catch (error) {
    return (error as Error).message.split('\n')[0]!
  }
}
const obstacle = process.platform === 'linux' ? compile() : 'the stand-in is for Linux'
if (obstacle) console.warn(`copies on a device are not tested, for want of a C compiler: ${obstacle}`)

const sizes = { heads: 3, rowTokens: 16, tokenBytes: 10 }
const rows = 5
const tensorBytes = rows * sizes.heads * sizes.rowTokens * sizes.tokenBytes

/** Tensors in the memory of the stand-in, filled with bytes that all differ from their neighbours. */
function makeTensors(count: number): { address: bigint; bytes: Uint8Array }[] {
  const allocate = koffi.load(library).func('device_allocate', 'void *', ['size_t'])
  return Array.from({ length: count }, (_, tensor) => {
    const address = allocate(tensorBytes) as bigint
    const bytes = new Uint8Array(koffi.view(address, tensorBytes))
    for (let at = 0; at < tensorBytes; at++) bytes[at] = (at * 31 + tensor * 7 + (at >> 8)) & 255
    return { address, bytes }
  })
}

describe.skipIf(obstacle !== null)('rows copied on a device', () => {
  it('hold, byte for byte, what the copy on the CPU gives', () => {
    const onDevice = makeTensors(4)
    const onHost = onDevice.map(({ bytes }) => bytes.slice())
    const addresses = onDevice.map(({ address }) => address)
    const device = new DeviceRowCopies(addresses, sizes, openDeviceCopies(folder))
    const host = new HostCache(onHost, sizes)
    for (let copy = 0; copy < 200; copy++) {
      const [from, to, tokens] = [(copy * 7) % rows, (copy * 11 + (copy >> 3)) % rows, (copy * 5) % 17]
      device.copyRow(from, to, tokens)
      host.copyRow(from, to, tokens)
      expect(onDevice.map(({ bytes }) => bytes.slice())).toEqual(onHost)
    }
  })

  it('hold the same where one layer alone is copied', () => {
    const onDevice = makeTensors(6)
    const before = onDevice.map(({ bytes }) => bytes.slice())
    const onHost = before.map((bytes) => bytes.slice())
    const addresses = onDevice.map(({ address }) => address)
    new DeviceRowCopies(addresses, sizes, openDeviceCopies(folder)).copyLayer(1, 0, 1, 5)
    new HostCache(onHost, sizes).copyLayer(1, 0, 1, 5)
    expect(onDevice.map(({ bytes }) => bytes.slice())).toEqual(onHost)
    expect(onHost.map((bytes, tensor) => bytes.some((byte, at) => byte !== before[tensor]![at]))).toEqual([
      false,
      false,
      true,
      true,
      false,
      false,
    ])
  })

  it('are waited for before the next step', () => {
    const calls: string[] = []
    const copies: DeviceCopies = {
      toHost: () => {},
      within: () => calls.push('copy'),
      finish: () => calls.push('wait'),
    }
    new DeviceRowCopies([1n, 2n], sizes, copies).copyRow(0, 1, 4)
    expect(calls).toEqual(['copy', 'copy', 'wait'])
  })

  it('are fetched to the host', () => {
    const [from, to] = makeTensors(2)
    openDeviceCopies(folder).toHost(to!.address + 20n, from!.address + 40n, 60)
    expect(to!.bytes.slice(20, 80)).toEqual(from!.bytes.slice(40, 100))
  })

  it('fail with the cause of the library in one line', () => {
    const [tensor] = makeTensors(1)
    const wide = { count: 2, pitch: 10, bytes: 11 }
    expect(() => openDeviceCopies(folder).within(tensor!.address, tensor!.address, wide)).toThrow(
      'CUDA failure 12: invalid pitch argument',
    )
  })
})

it('names a runtime library that does not load', () => {
  expect(() => openDeviceCopies(join(folder, 'absent'))).toThrow(/^cannot load .*absent\/libcudart\.so\.13: /)
})
