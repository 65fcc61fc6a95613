import type { AnyArray } from "../formats/nd_array.ts";
import { isOpaque } from "../formats/pickle.ts";
import { arrayNode, type ContentNode, type ContentOptions } from "./content.ts";

// A tree to be read by a person: of a long list its first items stand for the rest.
const LIST_ITEMS = 3;
const DICT_ITEMS = 2000;
const MAX_DEPTH = 12;
const MAX_NODES = 20_000;

/** Describes plain data as the readers of pickles and checkpoints return them. */
export function describeValue(name: string, value: unknown, options: ContentOptions): ContentNode {
  return new Describer(options).node(name, value, 0);
}

class Describer {
  readonly #above = new Set<unknown>();
  #nodes = 0;

  constructor(readonly options: ContentOptions) {}

  node(name: string, value: unknown, depth: number): ContentNode {
    this.#nodes++;
    if (typeof value !== "object" || value === null) return { name, what: scalar(value) };
    if (this.#above.has(value)) return { name, what: "what it lies in, again" };
    this.#above.add(value);
    try {
      return this.#object(name, value, depth);
    } finally {
      this.#above.delete(value);
    }
  }

  #object(name: string, value: object, depth: number): ContentNode {
    if (isArray(value)) return this.#array(name, value, depth);
    if (ArrayBuffer.isView(value)) return { name, what: `${value.byteLength} bytes` };
    if (Array.isArray(value)) return this.#list(name, value, depth);
    if (value instanceof Set) return this.#list(name, [...value], depth, "set");
    if (value instanceof Map) {
      const entries = [...value].map(([key, item]) => [keyText(key), item] as const);
      return this.#entries({ name, what: `dict of ${value.size}` }, entries, depth);
    }
    if (isOpaque(value)) {
      const { module, name: cls, args, state, items, entries } = value;
      const parts = Object.entries({ args: args?.length ? args : undefined, state, items, entries })
        .filter(([, part]) => part !== undefined);
      const what = args === null ? `the name ${module}.${cls}` : `object of ${module}.${cls}`;
      return this.#entries({ name, what }, parts, depth);
    }
    const entries = Object.entries(value).filter(([, item]) => typeof item !== "function");
    const kind = entries.find(([key, item]) => key === "kind" && typeof item === "string");
    if (!kind) return this.#entries({ name, what: `dict of ${entries.length}` }, entries, depth);
    const rest = entries.filter((entry) => entry !== kind);
    return this.#entries({ name, what: String(kind[1]) }, rest, depth);
  }

  #array(name: string, array: AnyArray, depth: number): ContentNode {
    if (array.dtype === "struct") {
      const node = { name, what: `struct [${array.shape.join(", ")}]`, shape: array.shape };
      return this.#entries(node, Object.entries(array.fields), depth);
    }
    if (array.dtype === "object") {
      const node = { name, what: `object [${array.shape.join(", ")}]`, shape: array.shape };
      return this.#entries(node, array.data.map((item, i) => [String(i), item]), depth, LIST_ITEMS);
    }
    const { dtype, shape } = array;
    const textual = dtype === "str" || dtype === "bytes";
    const data = () => array.data as ArrayLike<number | bigint>;
    return arrayNode(name, { dtype, shape }, this.options.values && !textual ? data : null);
  }

  #list(name: string, items: unknown[], depth: number, kind = "list"): ContentNode {
    const what = `${kind} of ${items.length}`;
    const plain = items.length <= 16 && items.every((item) => typeof item !== "object");
    if (plain && items.length) {
      const text = items.map(scalar).join(", ");
      return { name, what: `${what}: ${text.length > 80 ? `${text.slice(0, 80)}…` : text}` };
    }
    return this.#entries(
      { name, what },
      items.map((item, i) => [String(i), item]),
      depth,
      LIST_ITEMS,
    );
  }

  #entries(
    node: ContentNode,
    entries: readonly (readonly [string, unknown])[],
    depth: number,
    most = DICT_ITEMS,
  ): ContentNode {
    if (entries.length === 0) return node;
    const children: ContentNode[] = [];
    for (const [key, item] of entries.slice(0, depth < MAX_DEPTH ? most : 0)) {
      if (this.#nodes >= MAX_NODES) break;
      children.push(this.node(key, item, depth + 1));
    }
    const more = entries.length - children.length;
    return { ...node, children, ...(more > 0 ? { more } : {}) };
  }
}

function isArray(value: object): value is AnyArray {
  return "dtype" in value && typeof value.dtype === "string" && "shape" in value &&
    Array.isArray(value.shape);
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return value.length > 60
    ? `${JSON.stringify(value.slice(0, 60))}… (${value.length})`
    : JSON.stringify(value);
}

function keyText(key: unknown): string {
  if (Array.isArray(key)) return `(${key.map(keyText).join(", ")})`;
  return typeof key === "object" && key !== null ? "an object" : String(key);
}
