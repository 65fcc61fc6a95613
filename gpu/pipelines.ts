import type { Gpu } from "./device.ts";
import type { Kernel, Pipeline, Snippet } from "./kernel.ts";

/** Builds the pipelines of one device, each once per kernel and set of constants. */
export class Pipelines {
  #built = new Map<Kernel, Map<string, Pipeline>>();
  #nextId = 1;

  constructor(private readonly gpu: Gpu) {}

  get(kernel: Kernel, constants: Readonly<Record<string, number>>): Pipeline {
    let variants = this.#built.get(kernel);
    if (!variants) this.#built.set(kernel, variants = new Map());
    const key = constantsKey(constants);
    let pipeline = variants.get(key);
    if (!pipeline) variants.set(key, pipeline = this.#build(kernel, constants));
    return pipeline;
  }

  #build(kernel: Kernel, constants: Readonly<Record<string, number>>): Pipeline {
    const { device } = this.gpu;
    const parts = [
      { path: kernel.path, source: kernel.source },
      ...kernel.include.map((snippet) => this.#pick(snippet)),
    ];
    device.pushErrorScope("validation");
    const module = device.createShaderModule({
      label: kernel.name,
      code: parts.map((part) => part.source.trimEnd()).join("\n"),
    });
    const { bindings, uniformIndex, uniformBytes } = kernel.interface;
    const entries: GPUBindGroupLayoutEntry[] = bindings.map(({ index, writable }) => ({
      binding: index,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: writable ? "storage" : "read-only-storage" },
    }));
    if (uniformIndex !== null) {
      entries.push({
        binding: uniformIndex,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: "uniform", hasDynamicOffset: true, minBindingSize: uniformBytes },
      });
    }
    // An explicit layout: "auto" drops the bindings that a kernel does not use.
    const layout = device.createBindGroupLayout({ label: kernel.name, entries });
    const pipeline = device.createComputePipeline({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main", constants: { ...constants } },
    });
    const scope = device.popErrorScope();
    this.gpu.watch((async () => {
      const error = await scope;
      if (!error) return;
      // Deno's compilation info places every message at 1:1; its text knows the line and column.
      const [, line, column] = error.message.match(/wgsl:(\d+):(\d+)/) ?? [];
      const at = line ? place(parts, Number(line)) : null;
      const where = at ? `${at.path}:${at.line}:${column}` : kernel.path;
      throw new SyntaxError(`Cannot compile ${where}: ${oneLine(error.message)}`, { cause: error });
    })());
    return { pipeline, layout, id: this.#nextId++ };
  }

  #pick(snippet: Snippet): { path: string; source: string } {
    const { native } = snippet;
    return native && this.gpu.has[native.needs] ? native : snippet;
  }
}

function constantsKey(constants: Readonly<Record<string, number>>): string {
  let key = "";
  for (const name in constants) key += `${name}=${constants[name]};`;
  return key;
}

function place(parts: readonly { path: string; source: string }[], line: number) {
  let rest = line;
  for (const { path, source } of parts) {
    const lines = source.trimEnd().split("\n").length;
    if (rest <= lines) return { path, line: rest };
    rest -= lines;
  }
  return { path: parts[0]!.path, line };
}

function oneLine(message: string): string {
  return message.trim().split("\n").map((line) => line.trim()).filter(Boolean).slice(0, 3).join(
    " ",
  );
}
