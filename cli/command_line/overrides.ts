import { LARGEST } from "./options.ts";
import { nearestName, UsageError } from "./usage_error.ts";

/** Plain data as presets are made of. */
export type Plain = string | number | boolean | null | readonly Plain[] | {
  readonly [name: string]: Plain;
};

/**
 * Applies `path.key=value` texts to a preset and returns a new one; the preset stays as it is.
 *
 * The preset is its own schema: the setting must exist, and the value must be of its kind.
 */
export function applyOverrides<T extends object>(preset: T, overrides: readonly string[]): T {
  let result = preset as unknown as Plain;
  for (const override of overrides) {
    const equals = override.indexOf("=");
    if (equals <= 0) {
      throw new UsageError(
        `Cannot read "--set ${override}": it must be path.key=value`,
        "for example --set optim.lr=1e-4",
      );
    }
    const path = override.slice(0, equals);
    result = set(result, path.split("."), { path, text: override.slice(equals + 1), depth: 0 });
  }
  return result as unknown as T;
}

interface Setting {
  readonly path: string;
  readonly text: string;
  readonly depth: number;
}

function set(node: Plain, keys: readonly string[], setting: Setting): Plain {
  if (setting.depth === keys.length) return parseValue(node, setting);
  const key = keys[setting.depth]!;
  const deeper = { ...setting, depth: setting.depth + 1 };
  if (Array.isArray(node)) {
    if (!/^\d+$/.test(key) || Number(key) >= node.length) {
      throw new UsageError(
        `Cannot set "${setting.path}": no such setting, the items there are 0 to ${
          node.length - 1
        }`,
      );
    }
    return node.with(Number(key), set(node[Number(key)], keys, deeper));
  }
  if (!isGroup(node)) {
    const parent = keys.slice(0, setting.depth).join(".");
    throw new UsageError(
      `Cannot set "${setting.path}": "${parent}" is ${kindOf(node)}, it has no settings inside`,
    );
  }
  if (!Object.hasOwn(node, key)) {
    const names = Object.keys(node);
    const near = nearestName(key, names);
    const path = keys.with(setting.depth, near ?? "").join(".");
    throw new UsageError(
      `Cannot set "${setting.path}": no such setting, the settings there are ${names.join(", ")}`,
      near === undefined ? undefined : `did you mean ${path}?`,
    );
  }
  return { ...node, [key]: set(node[key]!, keys, deeper) };
}

function parseValue(current: Plain, { path, text }: Setting): Plain {
  if (isGroup(current)) {
    throw new UsageError(
      `Cannot set "${path}": it is a group, its settings are ${Object.keys(current).join(", ")}`,
    );
  }
  if (typeof current === "string") return text;
  const value = Array.isArray(current) ? parseList(text) : parseJson(text);
  // Where the preset has null, the kind is not known: plain text is a string.
  if (current === null) return value === undefined ? text : value;
  if (tooLarge(value)) {
    throw new UsageError(
      `Cannot set "${path}": it is ${text}, no number may be beyond ${LARGEST}`,
    );
  }
  if (value === undefined || !sameKind(current, value)) {
    throw new UsageError(
      `Cannot set "${path}": it is ${kindOf(current)}, got "${text}"`,
      Array.isArray(current) ? `for example ${path}=${JSON.stringify(current)}` : undefined,
    );
  }
  return value;
}

function tooLarge(value: Plain | undefined): boolean {
  if (Array.isArray(value)) return value.some(tooLarge);
  return typeof value === "number" && Math.abs(value) > LARGEST;
}

/** Whether `value` may stand where `current` stands: lists may change length, not kind. */
function sameKind(current: Plain, value: Plain): boolean {
  if (Array.isArray(current)) {
    return Array.isArray(value) &&
      (current.length === 0 || value.every((item) => sameKind(current[0], item)));
  }
  if (isGroup(current)) {
    return isGroup(value) && Object.keys(current).length === Object.keys(value).length &&
      Object.entries(current).every(([key, item]) =>
        Object.hasOwn(value, key) && sameKind(item, value[key]!)
      );
  }
  return current === null || typeof current === typeof value && value !== null;
}

function parseJson(text: string): Plain | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === "number" && !Number.isFinite(value) ? undefined : value;
  } catch {
    // JSON knows neither .5 nor +1
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
      ? Number(text)
      : undefined;
  }
}

/** `[1,2]` as JSON, or the words between commas. */
function parseList(text: string): Plain | undefined {
  if (text.trimStart().startsWith("[")) return parseJson(text);
  return text.split(",").map((word) => parseJson(word.trim()) ?? word.trim());
}

function isGroup(value: Plain): value is { readonly [name: string]: Plain } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: Plain): string {
  if (value === null) return "null";
  if (Array.isArray(value)) {
    return value.length === 0 ? "a list" : `a list of ${kindOf(value[0]).replace(/^an? /, "")}s`;
  }
  return isGroup(value) ? "a group" : `a ${typeof value}`;
}
