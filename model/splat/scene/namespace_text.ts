import {
  MODEL_DEFAULTS,
  type ModelOptions,
  SCENE_DEFAULTS,
  type SceneSettings,
} from "../config.ts";

type Recorded = ModelOptions & Partial<SceneSettings>;

const DEFAULTS = { ...MODEL_DEFAULTS, ...SCENE_DEFAULTS };

/**
 * Options as Python prints them, which is what `cfg_args` holds and viewers search: the reference's, and of
 * ours those that are not at their default.
 */
export function namespaceText(options: Recorded): string {
  const ours = Object.keys(SCENE_DEFAULTS) as (keyof SceneSettings)[];
  const names = [
    ...Object.keys(MODEL_DEFAULTS) as (keyof ModelOptions)[],
    ...ours.filter((name) => (options[name] ?? SCENE_DEFAULTS[name]) !== SCENE_DEFAULTS[name]),
  ];
  return `Namespace(${names.map((name) => `${name}=${python(options[name]!)}`).join(", ")})`;
}

/** Reads `cfg_args`; what it does not know stays at its default, strings of Python are unescaped. */
export function readNamespace(text: string, file: string): ModelOptions & SceneSettings {
  const inner = /^\s*Namespace\(([^]*)\)\s*$/.exec(text)?.[1];
  if (inner === undefined) {
    throw new SyntaxError(`Cannot read "${file}": it must be one line "Namespace(...)"`);
  }
  const values: Record<string, unknown> = { ...DEFAULTS };
  const pattern = /\s*(\w+)=('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/gy;
  while (pattern.lastIndex < inner.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(inner);
    if (!match) {
      throw new SyntaxError(
        `Cannot read "${file}": "${inner.slice(at, at + 30)}" is not a name with a value`,
      );
    }
    const [, name, value] = match as unknown as [string, string, string];
    if (!Object.hasOwn(DEFAULTS, name)) continue;
    const parsed = parse(value.trim());
    if (typeof parsed !== typeof DEFAULTS[name as keyof typeof DEFAULTS]) {
      throw new SyntaxError(
        `Cannot read "${file}": "${name}" is ${value}, a ${typeof DEFAULTS[
          name as keyof typeof DEFAULTS
        ]} is right`,
      );
    }
    values[name] = parsed;
  }
  return values as unknown as ModelOptions & SceneSettings;
}

function python(value: string | number | boolean): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const escaped = value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function parse(text: string): string | number | boolean {
  if (text === "True" || text === "False") return text === "True";
  if (/^['"]/.test(text)) {
    return text.slice(1, -1).replace(/\\(.)/g, (_, letter) => letter === "n" ? "\n" : letter);
  }
  return Number(text);
}
