import type { ObjectArray } from "../nd_array.ts";
import { Dict, OpaqueObject } from "./values.ts";

/**
 * Sets the entries of dicts. A dict is made before its keys are known, so it begins as a `Dict`; the
 * first key that is no string turns it into a Map. What already refers to the `Dict` is put right once,
 * when the pickle is complete.
 */
export class MixedDicts {
  #maps: Map<Dict, Map<unknown, unknown>> | null = null;

  /** Sets entries given as key, value, key, value … */
  set(dict: Dict, items: unknown[]): void {
    let map = this.#maps?.get(dict);
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (map) map.set(key, items[i + 1]);
      else if (typeof key === "string") dict[key] = items[i + 1];
      else {
        map = new Map<unknown, unknown>(Object.entries(dict));
        map.set(key, items[i + 1]);
        this.#maps ??= new Map();
        this.#maps.set(dict, map);
      }
    }
  }

  /** Returns the value with every `Dict` that became a Map replaced by it. */
  resolve(value: unknown): unknown {
    if (!this.#maps) return value;
    const root = [value];
    const seen = new Set<unknown>();
    // A list of work, not recursion: a pickle may nest as deeply as it is long.
    const pending: unknown[] = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      this.#replaceWithin(next as object, (child) => {
        const resolved = this.#maps!.get(child as Dict) ?? child;
        if (typeof resolved === "object" && resolved !== null && !seen.has(resolved)) {
          seen.add(resolved);
          if (!ArrayBuffer.isView(resolved)) pending.push(resolved);
        }
        return resolved;
      });
    }
    return root[0];
  }

  #replaceWithin(holder: object, visit: (child: unknown) => unknown): void {
    if (Array.isArray(holder)) {
      for (let i = 0; i < holder.length; i++) holder[i] = visit(holder[i]);
    } else if (holder instanceof Map) {
      const entries = [...holder];
      holder.clear();
      for (const [key, value] of entries) holder.set(visit(key), visit(value));
    } else if (holder instanceof Set) {
      const items = [...holder];
      holder.clear();
      for (const item of items) holder.add(visit(item));
    } else if (holder instanceof Dict || holder instanceof OpaqueObject) {
      const record = holder as unknown as Record<string, unknown>;
      for (const key of Object.keys(record)) {
        const child = record[key];
        if (typeof child === "object") record[key] = visit(child);
      }
    } else if ("dtype" in holder && holder.dtype === "object") {
      visit((holder as ObjectArray).data);
    }
  }
}
