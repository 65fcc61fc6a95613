import type { DType } from "../dtype.ts";
import { isOpaque, type Rebuild } from "../pickle/values.ts";
import { TorchStorage } from "./storage.ts";
import { TorchTensor } from "./tensor.ts";

/** Rebuild functions of the calls that PyTorch's tensors and their company are pickled as. */
export const torchTable: [string, Rebuild][] = [
  ["torch._utils._rebuild_tensor", tensor],
  ["torch._utils._rebuild_tensor_v2", tensor],
  ["torch._utils._rebuild_tensor_v3", ([storage, offset, shape, strides, , , dtype]) => {
    return tensor([storage, offset, shape, strides], dtypeOf(dtype));
  }],
  ["torch._utils._rebuild_parameter", ([data]) => data],
  ["torch._utils._rebuild_parameter_with_state", ([data]) => data],
  ["torch.nn.parameter.Parameter", ([data]) => data],
  ["torch._tensor._rebuild_from_type_v2", ([callable, , args], context) => {
    if (!Array.isArray(args)) throw new RangeError("a tensor of a subclass has no arguments");
    return context.call(callable, args);
  }],
  ["torch.Size", ([sizes]) => sizes],
  ["torch.device", ([type, index]) => index === undefined ? type : `${type}:${index}`],
];

const DTYPES: Readonly<Record<string, DType>> = {
  bool: "bool",
  int8: "int8",
  uint8: "uint8",
  int16: "int16",
  uint16: "uint16",
  int32: "int32",
  uint32: "uint32",
  int64: "int64",
  uint64: "uint64",
  float8_e4m3fn: "float8_e4m3fn",
  float8_e5m2: "float8_e5m2",
  float16: "float16",
  bfloat16: "bfloat16",
  float32: "float32",
  float64: "float64",
  complex64: "complex64",
  complex128: "complex128",
};

// A dtype is pickled as the bare global torch.float32.
function dtypeOf(value: unknown): DType {
  const known = isOpaque(value) && value.module === "torch" && Object.hasOwn(DTYPES, value.name);
  if (!known) throw new RangeError("a tensor has a dtype that is not supported");
  return DTYPES[value.name]!;
}

function tensor(args: unknown[], own?: unknown): TorchTensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof TorchStorage)) throw new RangeError("a tensor has no storage");
  if (!isNumberList(shape) || !isNumberList(strides) || typeof offset !== "number") {
    throw new RangeError("a tensor has no shape, strides and offset");
  }
  const dtype = typeof own === "string" ? own as DType : storage.dtype;
  if (!dtype) throw new RangeError("a tensor of an untyped storage has no dtype");
  return new TorchTensor(storage, { dtype, shape, strides, offset });
}

function isNumberList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
