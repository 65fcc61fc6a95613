import { isDict, isOpaque, type OpaqueObject } from "../pickle.ts";
import { TorchTensor } from "./tensor.ts";

/** Where training programs put the weights, the first that is there; averaged ones come last. */
const WRAPPERS = [
  ...["state_dict", "model_state_dict", "model", "net", "network", "params", "module", "weights"],
  ...["model_ema", "ema", "ema_model", "ema_state_dict", "state_dict_ema", "params_ema"],
];

/** The tensors of a checkpoint by name, and how they were found. */
export interface FoundStateDict {
  readonly tensors: Map<string, TorchTensor>;
  /** Names of the dicts that they lie in, from the outside. */
  readonly inside: readonly string[];
  /** Names beside the first of these that hold weights too. */
  readonly beside: readonly string[];
  /** Whether whole modules were saved, of which the parameters are read. */
  readonly modules: boolean;
  /** Tensors that are not read, and of which kind they are. */
  readonly unread: readonly { readonly name: string; readonly kind: string }[];
}

/**
 * Returns the tensors of a checkpoint by name: those of its "state_dict" or "model" if it has one, else
 * its own; of a whole module its parameters and buffers. Tensors of nested dicts get dotted names; a
 * "module." before every name, which parallel training adds, is left out. Throws a TypeError if no
 * tensor is there.
 */
export function stateDict(checkpoint: unknown, file?: string): Map<string, TorchTensor> {
  return findStateDict(checkpoint, file).tensors;
}

/** Finds the tensors of a checkpoint and tells how. */
export function findStateDict(checkpoint: unknown, file?: string): FoundStateDict {
  let dict = checkpoint;
  const inside: string[] = [];
  const beside: string[] = [];
  // One wrapper is usual, some programs have two; the bound ends a dict that holds itself.
  for (let level = 0; level < MAX_DEPTH; level++) {
    const names = wrappersOf(dict);
    if (!names.length) break;
    if (level === 0) beside.push(...names.slice(1));
    inside.push(names[0]!);
    dict = (dict as Record<string, unknown>)[names[0]!];
  }
  const found = collect(dict);
  const { tensors, unread } = found;
  if (tensors.size === 0) throw noTensor(unread, file);
  const names = [...tensors.keys()];
  const parallel = names.every((name) => name.startsWith("module."));
  const bare = ([name, tensor]: [string, TorchTensor]) =>
    [name.slice("module.".length), tensor] as const;
  return {
    ...found,
    inside,
    beside,
    tensors: parallel ? new Map([...tensors].map(bare)) : tensors,
  };
}

function noTensor(unread: FoundStateDict["unread"], file: string | undefined): TypeError {
  const where = file === undefined ? "the checkpoint" : `"${file}"`;
  if (!unread.length) {
    return new TypeError(`Cannot find a state dict: ${where} has no tensor, it must hold some`);
  }
  const [first] = unread;
  return Object.assign(
    new TypeError(
      `Cannot find a state dict: ${where} has ${
        counted(unread.length)
      } and none that can be read, "${first!.name}" is ${first!.kind}`,
    ),
    {
      hint:
        "save plain tensors: .to_dense(), .dequantize(), or a module that is not on the meta device",
    },
  );
}

function counted(count: number): string {
  return count === 1 ? "one tensor" : `${count} tensors`;
}

function wrappersOf(dict: unknown): string[] {
  if (!isDict(dict)) return [];
  // Only dicts that hold tensors count: a model may itself have a part named "model".
  if (Object.values(dict).some((value) => value instanceof TorchTensor)) return [];
  return WRAPPERS.filter((name) =>
    Object.hasOwn(dict, name) && collect(dict[name]).tensors.size > 0
  );
}

// Weights nest a few levels at most.
const MAX_DEPTH = 16;

/** How PyTorch rebuilds tensors that are not read here. */
const UNREAD: Readonly<Record<string, string>> = {
  _rebuild_sparse_tensor: "sparse",
  _rebuild_sparse_csr_tensor: "sparse",
  _rebuild_meta_tensor_no_storage: "on the meta device, without values",
  _rebuild_qtensor: "quantised",
  _rebuild_nested_tensor: "nested",
  _rebuild_wrapper_subclass: "of a subclass without values",
};

function collect(root: unknown): Pick<FoundStateDict, "tensors" | "unread" | "modules"> {
  const tensors = new Map<string, TorchTensor>();
  const unread: { name: string; kind: string }[] = [];
  let modules = false;
  // A dict is entered once: one that occurs again and again would multiply at each level.
  const seen = new Set<unknown>();
  const enter = (value: unknown, path: string, depth: number): void => {
    if (value instanceof TorchTensor) return void tensors.set(path, value);
    const kind = isOpaque(value) ? unreadKind(value) : undefined;
    if (kind !== undefined) return void unread.push({ name: path, kind });
    if (depth > MAX_DEPTH) return;
    const prefix = path ? `${path}.` : "";
    if (isDict(value)) {
      if (seen.has(value)) return;
      seen.add(value);
      for (const [name, part] of Object.entries(value)) enter(part, prefix + name, depth + 1);
      return;
    }
    const parts = modulePartsOf(value);
    if (!parts || seen.has(value)) return;
    seen.add(value);
    modules = true;
    for (const [name, part] of parts) enter(part, prefix + name, depth + 1);
  };
  enter(root, "", 0);
  return { tensors, unread, modules };
}

function unreadKind({ module, name }: OpaqueObject): string | undefined {
  return module.startsWith("torch") && Object.hasOwn(UNREAD, name) ? UNREAD[name] : undefined;
}

/** Parameters, lasting buffers and submodules of a pickled torch.nn.Module: data, of which nothing runs. */
function modulePartsOf(value: unknown): [string, unknown][] | null {
  if (!isOpaque(value) || !isDict(value.state) || !isDict(value.state._modules)) return null;
  const { _parameters, _buffers, _modules, _non_persistent_buffers_set: passing } = value.state;
  const skipped = passing instanceof Set ? passing : new Set();
  return [
    ...Object.entries(isDict(_parameters) ? _parameters : {}),
    ...Object.entries(isDict(_buffers) ? _buffers : {}).filter(([name]) => !skipped.has(name)),
    ...Object.entries(_modules),
  ];
}
