import type { Capability } from "./adapter.ts";
import type { Gpu } from "./device.ts";
import type { Kernel, Pipeline, Snippet } from "./kernel.ts";

/** Builds the pipelines of one device, each once per kernel and set of constants. */
export class Pipelines {
  #built = new Map<Kernel, Map<string, Pipeline>>();
  #broken = new Map<Pipeline, Error>();
  #nextId = 1;

  constructor(private readonly gpu: Gpu) {}

  get(kernel: Kernel, constants: Readonly<Record<string, number>>): Pipeline {
    let variants = this.#built.get(kernel);
    if (!variants) this.#built.set(kernel, variants = new Map());
    const key = constantsKey(constants);
    let pipeline = variants.get(key);
    if (!pipeline) variants.set(key, pipeline = this.#build(kernel, constants));
    const broken = this.#broken.get(pipeline);
    if (broken) throw broken;
    return pipeline;
  }

  #build(kernel: Kernel, constants: Readonly<Record<string, number>>): Pipeline {
    const { device } = this.gpu;
    const snippets = kernel.include.map((snippet) => this.#pick(snippet));
    const parts = [{ path: kernel.path, source: kernel.source }, ...snippets];
    // On the line of the kernel's first comment, so that the numbers of all lines stay.
    const directive = kernel.include.some((snippet) => this.#needs(snippet, "subgroups"))
      ? `${this.gpu.subgroupDirective} `
      : "";
    device.pushErrorScope("validation");
    const module = device.createShaderModule({
      label: kernel.name,
      code: directive + parts.map((part) => part.source.trimEnd()).join("\n"),
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
    const compiled = device.createComputePipeline({
      label: kernel.name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main", constants: { ...constants } },
    });
    const pipeline = { pipeline: compiled, layout, id: this.#nextId++ };
    const scope = device.popErrorScope();
    this.gpu.watch((async () => {
      const error = await scope;
      if (!error) return;
      const [line, column] = await position(module, error.message);
      const at = line ? place(parts, line) : null;
      const where = at ? `${at.path}:${at.line}:${column}` : kernel.path;
      const failure = new SyntaxError(`Cannot compile ${where}: ${oneLine(error.message)}`, {
        cause: error,
      });
      this.#broken.set(pipeline, failure);
      throw failure;
    })());
    return pipeline;
  }

  #needs({ native }: Snippet, capability: Capability): boolean {
    return native?.needs === capability && this.gpu.has[capability];
  }

  #pick(snippet: Snippet): { path: string; source: string } {
    const { native } = snippet;
    return native && this.gpu.has[native.needs] ? native : snippet;
  }
}

/** Line and column of the first error, 0 where there is none in the text. */
async function position(module: GPUShaderModule, text: string): Promise<[number, number]> {
  const { messages } = await module.getCompilationInfo();
  const first = messages.find(({ type }) => type === "error");
  if (first && first.lineNum > 0 && !(first.lineNum === 1 && first.linePos === 1)) {
    return [first.lineNum, first.linePos];
  }
  // Deno places every message at 1:1; its text knows better, as others' does.
  const [, line = 0, column = 0] = text.match(/(?:\bwgsl|^|\s):(\d+):(\d+)/) ?? [];
  return [Number(line), Number(column)];
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
