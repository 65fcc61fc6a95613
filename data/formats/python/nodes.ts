import { describe, isDict, type PythonValue } from "./operations.ts";
import type { Names, Node, Scope } from "./scope.ts";

/** A node that has a value and cannot be assigned to. */
export function node(line: number, get: (scope: Scope) => PythonValue): Node {
  return { line, get };
}

/** A list of nodes; one can be assigned to where each of its items can. */
export function listNode(line: number, items: readonly Node[]): Node {
  const get = (scope: Scope) => items.map((item) => item.get(scope));
  if (!items.length || !items.every(({ assign }) => assign)) return { line, get };
  return {
    line,
    get,
    assign: (scope, value) => {
      if (!Array.isArray(value) || value.length !== items.length) {
        scope.fail(
          line,
          `${items.length} names take ${describe(value)}, not ${items.length} values`,
        );
      }
      items.forEach((item, i) => item.assign!(scope, (value as PythonValue[])[i]!));
    },
  };
}

/** The items of what stands behind a `*` or after `in`. */
export function starred(scope: Scope, value: Node): readonly PythonValue[] {
  const list = value.get(scope);
  if (isDict(list)) return Object.keys(list);
  if (typeof list === "string") return [...list];
  if (!Array.isArray(list)) scope.fail(value.line, `${describe(list)} is no list`);
  return list as PythonValue[];
}

/** The entries of what stands behind `**`. */
export function spread(scope: Scope, value: Node): Names {
  const dict = value.get(scope);
  if (!isDict(dict)) {
    scope.fail(value.line, `** stands before ${describe(dict)}, it must be a dict`);
  }
  return dict as Names;
}

/** Gives the names of a loop the values of an item. */
export function bind(
  scope: Scope,
  targets: readonly string[],
  item: PythonValue,
  line: number,
): void {
  if (targets.length === 1) return void scope.names.set(targets[0]!, item);
  if (!Array.isArray(item) || item.length !== targets.length) {
    scope.fail(line, `${targets.length} names take ${describe(item)}`);
  }
  targets.forEach((target, i) => scope.names.set(target, (item as PythonValue[])[i]!));
}

/** A key of a dict as text. */
export function keyOf(scope: Scope, key: PythonValue, line: number): string {
  if (typeof key !== "string" && typeof key !== "number") {
    scope.fail(line, `${describe(key)} cannot be a key, keys must be strings or numbers`);
  }
  if (key === "__proto__") scope.fail(line, `"${key}" cannot be a key`);
  return String(key);
}
