/**
 * 3D Gaussians as a scene representation on native WebGPU: what a program may import.
 *
 * @module
 */
export type { AdapterName, Capability, Limits, OpenOptions } from "./gpu/adapter.ts";
export { Gpu } from "./gpu/device.ts";
export { Kernel } from "./gpu/kernel.ts";
export type { ProfileRow } from "./gpu/profile.ts";
export { Scope } from "./gpu/scope.ts";
export { type DType, Tensor } from "./gpu/tensor.ts";
