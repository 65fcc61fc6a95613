import { describe, isOpaque, type RebuildContext, SET_STATE, type Stateful } from "./values.ts";

/** Adds items to a list, or to an object of a class that is one. */
export function appendTo(list: unknown, items: readonly unknown[]): void {
  const target = isOpaque(list) ? list.items ??= [] : list;
  if (!Array.isArray(target)) throw new RangeError(`items are appended to ${describe(list)}`);
  for (let i = 0; i < items.length; i++) target.push(items[i]);
}

/** Gives an object the state that was pickled with it. */
export function setState(target: unknown, state: unknown, context: RebuildContext): void {
  const setState = (target as Stateful | null | undefined)?.[SET_STATE];
  if (setState) setState.call(target, state, context);
  else if (isOpaque(target)) target.state = state;
  // Attributes on a dict, a list or a set, such as a state dict's _metadata, have no place to go.
  else if (typeof target !== "object" || target === null) {
    throw new RangeError(`a state is set on ${describe(target)}`);
  }
}
