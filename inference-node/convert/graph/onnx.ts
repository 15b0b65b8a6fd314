import { bytesField, concat, floatField, integerField } from './protobuf.ts'

/**
 * Writes the parts of an ONNX model as protocol buffer messages.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */

/** TensorProto.DataType */
export const elementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
  bfloat16: 16,
} as const
export type ElementType = keyof typeof elementType

export const elementBytes: Record<ElementType, number> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  float16: 2,
  bfloat16: 2,
}

/** An attribute: integers as number, floats as `{ float }`, so that 1 and 1.0 stay apart; a GraphProto as `{ graph }`. */
export type Attribute = number | readonly number[] | { float: number } | { graph: Uint8Array } | string

/** Location of a tensor's bytes outside the graph file. */
export interface ExternalData {
  /** File name relative to the graph. */
  location: string
  offset: number
  bytes: number
}

/** NodeProto. An omitted optional input or output is the empty string. */
export function nodeProto(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Record<string, Attribute> = {},
  domain = '',
): Uint8Array {
  return concat([
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(3, `${operator}/${outputs[0]}`),
    bytesField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, attributeProto(name, value))),
    bytesField(7, domain),
  ])
}

function attributeProto(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number')
    return concat([bytesField(1, name), integerField(3, value), integerField(20, 2)])
  if (typeof value === 'string')
    return concat([bytesField(1, name), bytesField(4, value), integerField(20, 3)])
  if ('float' in value) return concat([bytesField(1, name), floatField(2, value.float), integerField(20, 1)])
  if ('graph' in value) return concat([bytesField(1, name), bytesField(6, value.graph), integerField(20, 5)])
  return concat([
    bytesField(1, name),
    ...value.map((integer) => integerField(8, integer)),
    integerField(20, 7),
  ])
}

/** ValueInfoProto of a tensor; a dimension that varies is given by its name. */
export function valueInfoProto(
  name: string,
  type: ElementType,
  shape: readonly (number | string)[],
): Uint8Array {
  const dimensions = shape.map((size) =>
    bytesField(1, typeof size === 'number' ? integerField(1, size) : bytesField(2, size)),
  )
  const tensor = concat([integerField(1, elementType[type]), bytesField(2, concat(dimensions))])
  return concat([bytesField(1, name), bytesField(2, bytesField(1, tensor))])
}

/** TensorProto whose bytes (little endian) lie in the graph. */
export function tensorProto(
  name: string,
  type: ElementType,
  shape: readonly number[],
  data: Uint8Array,
): Uint8Array {
  return concat([...tensorHead(name, type, shape), bytesField(9, data)])
}

/** TensorProto whose bytes lie in another file. */
export function externalTensorProto(
  name: string,
  type: ElementType,
  shape: readonly number[],
  data: ExternalData,
): Uint8Array {
  const entry = (key: string, value: string) =>
    bytesField(13, concat([bytesField(1, key), bytesField(2, value)]))
  return concat([
    ...tensorHead(name, type, shape),
    entry('location', data.location),
    entry('offset', String(data.offset)),
    entry('length', String(data.bytes)),
    integerField(14, 1),
  ])
}

function tensorHead(name: string, type: ElementType, shape: readonly number[]): Uint8Array[] {
  return [
    ...shape.map((size) => integerField(1, size)),
    integerField(2, elementType[type]),
    bytesField(8, name),
  ]
}

/** The lists of a GraphProto, each entry a message of its own. */
export interface GraphParts {
  nodes: Uint8Array[]
  initializers: Uint8Array[]
  inputs: Uint8Array[]
  outputs: Uint8Array[]
  /** Types and shapes of intermediate values. */
  values?: Uint8Array[]
}

/** GraphProto. Inside an attribute it takes what it needs from the graph around it, by name. */
export function graphProto(name: string, parts: GraphParts): Uint8Array {
  return concat([
    ...parts.nodes.map((node) => bytesField(1, node)),
    bytesField(2, name),
    ...parts.initializers.map((tensor) => bytesField(5, tensor)),
    ...parts.inputs.map((value) => bytesField(11, value)),
    ...parts.outputs.map((value) => bytesField(12, value)),
    ...(parts.values ?? []).map((value) => bytesField(13, value)),
  ])
}

/** ModelProto for ONNX opset 21 and ONNX Runtime's contributed operators. */
export function modelProto(name: string, producer: string, parts: GraphParts): Uint8Array {
  const operators = (domain: string, version: number) =>
    bytesField(8, concat([bytesField(1, domain), integerField(2, version)]))
  return concat([
    integerField(1, 10),
    bytesField(2, producer),
    bytesField(7, graphProto(name, parts)),
    operators('', 21),
    operators('com.microsoft', 1),
  ])
}
