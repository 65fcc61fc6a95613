import { bindingAlignment, mostBound } from "./binding/limit.ts";
import type { Gpu } from "./device.ts";
import type { Kernel, Pipeline, Uniforms, Work } from "./kernel.ts";
import { mebibytes } from "./pool/pool.ts";
import { Tensor } from "./tensor.ts";
import { TooLargeError } from "./too_large.ts";
import { writeUniforms } from "./wgsl_interface.ts";

// One page holds the uniforms of one submit, so it can be rewritten before the next one.
const UNIFORM_PAGE = 1 << 17;
// A submit costs 150-350 µs and a dispatch 3 µs; more per submit would only delay the GPU's start. On
// llvmpipe a step of 1700 dispatches takes equally long with 64, 256 and 1024.
const DISPATCHES_PER_SUBMIT = 256;
// Bind groups cost 20-40 µs; a training step's few thousand repeat from step to step. llvmpipe maps
// memory for each, and a Linux process ends by a fault in the driver at 65 530 maps.
const MAX_BIND_GROUPS = 8192;

/** The one open encoder of a device: dispatches and copies gather here until they are submitted. */
export class CommandStream {
  #encoder: GPUCommandEncoder | null = null;
  #pass: GPUComputePassEncoder | null = null;
  #pending = 0;
  #uniformPage: GPUBuffer;
  #uniformData = new DataView(new ArrayBuffer(UNIFORM_PAGE));
  #uniformEnd = 0;
  #bindGroups = new Map<string, GPUBindGroup>();
  /** Dispatches encoded since the device was opened. */
  dispatches = 0;
  /** Bind groups made since; equal steps make none after the first two. */
  bindGroups = 0;

  constructor(private readonly gpu: Gpu) {
    this.#uniformPage = gpu.device.createBuffer({
      size: UNIFORM_PAGE,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
  }

  dispatch(
    kernel: Kernel,
    pipeline: Pipeline,
    tensors: Readonly<Record<string, Tensor>>,
    uniforms: Uniforms,
    groups: number[] | Tensor,
    work: Work,
  ): void {
    const { uniforms: fields, uniformIndex, uniformBytes } = kernel.interface;
    const uniformAt = this.#uniformEnd;
    if (uniformIndex !== null) {
      const align = this.gpu.limits.minUniformBufferOffsetAlignment;
      if (uniformAt + uniformBytes > UNIFORM_PAGE) {
        this.submit();
        return this.dispatch(kernel, pipeline, tensors, uniforms, groups, work);
      }
      writeUniforms(kernel.path, fields, uniforms, this.#uniformData, uniformAt);
      this.#uniformEnd = Math.ceil((uniformAt + uniformBytes) / align) * align;
      for (const { name, offset, count } of fields) {
        const value = uniforms[name];
        // The page is written before what is encoded runs, so a copy into it comes after that.
        if (value instanceof Tensor) {
          const { buffer, byteOffset } = value;
          this.copyBuffer(buffer, byteOffset, this.#uniformPage, uniformAt + offset, 4 * count);
        }
      }
    }
    const group = this.#bindGroup(kernel, pipeline, tensors);
    const pass = this.#beginPass(kernel.name);
    pass.setPipeline(pipeline.pipeline);
    pass.setBindGroup(0, group, uniformIndex === null ? [] : [uniformAt]);
    if (groups instanceof Tensor) {
      const offset = "indirect" in work ? work.offset ?? 0 : 0;
      pass.dispatchWorkgroupsIndirect(groups.buffer, groups.byteOffset + 4 * offset);
    } else pass.dispatchWorkgroups(groups[0]!, groups[1], groups[2]);
    this.dispatches++;
    if (this.gpu.profiler) this.#endPass();
    if (++this.#pending >= DISPATCHES_PER_SUBMIT) this.submit();
  }

  copy(source: Tensor, target: Tensor): void {
    this.copyBuffer(
      source.buffer,
      source.byteOffset,
      target.buffer,
      target.byteOffset,
      source.bytes,
    );
  }

  copyBuffer(
    source: GPUBuffer,
    sourceOffset: number,
    target: GPUBuffer,
    targetOffset: number,
    bytes: number,
  ): void {
    this.#openEncoder().copyBufferToBuffer(source, sourceOffset, target, targetOffset, bytes);
    this.#pending++;
  }

  clear(tensor: Tensor): void {
    if (tensor.bytes === 0) return;
    this.#openEncoder().clearBuffer(tensor.buffer, tensor.byteOffset, tensor.bytes);
    this.#pending++;
  }

  /** Writes host bytes; what is encoded so far is submitted first, for it may still use the buffer. */
  write(tensor: Tensor, bytes: Uint8Array): void {
    if (this.#pending > 0) this.submit();
    if (bytes.byteLength) {
      this.gpu.device.queue.writeBuffer(
        tensor.buffer,
        tensor.byteOffset,
        bytes as Uint8Array<ArrayBuffer>,
      );
    }
  }

  submit(): void {
    if (!this.#encoder) return;
    this.#endPass();
    this.gpu.profiler?.resolve(this.#encoder);
    const commands = this.#encoder.finish();
    this.#encoder = null;
    this.#pending = 0;
    const { queue } = this.gpu.device;
    if (this.#uniformEnd > 0) {
      queue.writeBuffer(this.#uniformPage, 0, this.#uniformData.buffer, 0, this.#uniformEnd);
      this.#uniformEnd = 0;
    }
    queue.submit([commands]);
  }

  /** Forgets the bind groups that hold one of the buffers, which are about to be destroyed. */
  forget(buffers: ReadonlySet<number>): void {
    if (!buffers.size) return;
    for (const key of this.#bindGroups.keys()) {
      const held = key.split(",").slice(1).map((part) => parseInt(part));
      if (held.some((id) => buffers.has(id))) this.#bindGroups.delete(key);
    }
  }

  #openEncoder(): GPUCommandEncoder {
    this.#endPass();
    return this.#encoder ??= this.gpu.device.createCommandEncoder();
  }

  #beginPass(name: string): GPUComputePassEncoder {
    if (this.#pass) return this.#pass;
    const encoder = this.#encoder ??= this.gpu.device.createCommandEncoder();
    return this.#pass = encoder.beginComputePass(this.gpu.profiler?.passDescriptor(name));
  }

  #endPass(): void {
    this.#pass?.end();
    this.#pass = null;
  }

  #bindGroup(
    kernel: Kernel,
    pipeline: Pipeline,
    tensors: Readonly<Record<string, Tensor>>,
  ): GPUBindGroup {
    const { bindings, uniformIndex, uniformBytes } = kernel.interface;
    let key = `${pipeline.id}`;
    for (const { name, scalar, stride } of bindings) {
      const tensor = tensors[name];
      if (!tensor) throw new TypeError(`Cannot run "${kernel.path}": tensor "${name}" is missing`);
      if (tensor.released) {
        throw new Error(`Cannot run "${kernel.path}": tensor "${name}" has been released already`);
      }
      this.#checkTensor(kernel, name, tensor, scalar, stride);
      key += `,${tensor.storage.pooled.id}.${tensor.byteOffset}.${tensor.bytes}`;
    }
    const cached = this.#bindGroups.get(key);
    if (cached) return cached;
    const unknown = Object.keys(tensors).filter((name) => !bindings.some((b) => b.name === name));
    if (unknown.length) {
      throw new TypeError(
        `Cannot run "${kernel.path}": it has no tensor "${unknown.join('", "')}"`,
      );
    }
    const entries: GPUBindGroupEntry[] = bindings.map(({ index, name, stride }) => {
      const { buffer, byteOffset, bytes } = tensors[name]!;
      // A binding of no bytes is refused; sixteen serve every element type. Buffers have a multiple
      // of 256 bytes, so a last vector that is partly used is there in full.
      const size = Math.max(16, Math.ceil(bytes / stride) * stride);
      return { binding: index, resource: { buffer, offset: byteOffset, size } };
    });
    if (uniformIndex !== null) {
      entries.push({
        binding: uniformIndex,
        resource: { buffer: this.#uniformPage, offset: 0, size: uniformBytes },
      });
    }
    const group = this.gpu.device.createBindGroup({
      label: kernel.name,
      layout: pipeline.layout,
      entries,
    });
    this.bindGroups++;
    if (this.#bindGroups.size >= MAX_BIND_GROUPS) this.#bindGroups.clear();
    this.#bindGroups.set(key, group);
    return group;
  }

  #checkTensor(
    kernel: Kernel,
    name: string,
    tensor: Tensor,
    scalar: "f32" | "u32" | "i32" | null,
    stride: number,
  ): void {
    const dtype = tensor.dtype === "u8" ? "u32" : tensor.dtype;
    if (scalar && dtype !== scalar) {
      throw new TypeError(
        `Cannot run "${kernel.path}": "${name}" must be ${scalar}, got ${tensor.dtype}`,
      );
    }
    if (tensor.bytes % stride && !kernel.padded) {
      throw new RangeError(
        `Cannot run "${kernel.path}": "${name}" has ${tensor.bytes} bytes, a multiple of ${stride} is needed`,
      );
    }
    const max = mostBound(this.gpu);
    const align = bindingAlignment(this.gpu);
    if (tensor.bytes > max) {
      throw new TooLargeError(
        `Cannot run "${kernel.path}": "${name}" [${tensor.shape}] has ${
          mebibytes(tensor.bytes)
        }, this adapter binds at most ${mebibytes(max)}`,
      );
    }
    if (tensor.byteOffset % align) {
      throw new RangeError(
        `Cannot run "${kernel.path}": "${name}" starts at byte ${tensor.byteOffset}, a multiple of ${align} is needed`,
      );
    }
  }
}
