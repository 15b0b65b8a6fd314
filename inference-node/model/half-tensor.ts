import { Tensor } from 'onnxruntime-node'

/**
 * A float16 tensor that onnxruntime-node 1.30.0 can take as an input. Where Float16Array exists (Node 24), its
 * Tensor turns halves into one, which the native side then reads as zero bytes; so the halves are put back in.
 */
export function halfTensor(halves: Uint16Array, dims: readonly number[]): Tensor {
  return Object.assign(new Tensor('float16', halves, dims), { cpuData: halves })
}

/** The halves of a float16 tensor as bit patterns. */
export function toHalves(tensor: Tensor): Uint16Array {
  const { buffer, byteOffset, length } = tensor.data as unknown as Uint16Array
  return new Uint16Array(buffer, byteOffset, length)
}
