/** A number that Python would hold as a float: 1 is written 1.0. */
export class PythonFloat {
  constructor(readonly value: number) {}
}

/** What can be written. */
export type PythonValue =
  | string
  | number
  | PythonFloat
  | readonly PythonValue[]
  | { readonly [name: string]: PythonValue };

/**
 * The text that Python's `json.dumps(value, indent=indent)` gives, to the byte: the reference's files are
 * read by tools that search them.
 */
export function pythonJson(value: PythonValue, indent?: number): string {
  return write(value, indent, 0);
}

/** The shortest text of a float, as Python prints it. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (Object.is(value, -0)) return "-0.0";
  // Python goes over to exponents sooner than JavaScript at both ends, and pads them to two digits.
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-4 || size >= 1e16) ? value.toExponential() : String(value);
  const padded = text.replace(/e([+-])(\d)$/, "e$10$2");
  return /[.e]/.test(padded) ? padded : `${padded}.0`;
}

function write(value: PythonValue, indent: number | undefined, depth: number): string {
  if (value instanceof PythonFloat) return pythonFloat(value.value);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return String(value);
  const list = Array.isArray(value);
  const items = list
    ? (value as readonly PythonValue[]).map((item) => write(item, indent, depth + 1))
    : Object.entries(value).map(([name, item]) =>
      `${quoted(name)}: ${write(item, indent, depth + 1)}`
    );
  const [open, close] = list ? "[]" : "{}";
  if (!items.length) return `${open}${close}`;
  if (indent === undefined) return `${open}${items.join(", ")}${close}`;
  const line = (levels: number) => `\n${" ".repeat(indent * levels)}`;
  return `${open}${line(depth + 1)}${items.join(`,${line(depth + 1)}`)}${line(depth)}${close}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
