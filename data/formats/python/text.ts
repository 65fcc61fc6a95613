import { describe, type PythonValue } from "./operations.ts";

/** A value as Python's str() writes it; dicts and lists are refused. */
export function textOf(value: PythonValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") {
    const size = Math.abs(value);
    // Python turns to exponents earlier than JavaScript, and writes two digits of them at least.
    const plain = size === 0 || (size >= 1e-4 && size < 1e16);
    return plain ? String(value) : value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  if (typeof value === "boolean") return describe(value);
  if (value === null) return "None";
  throw new RangeError(`${describe(value)} as text is not read`);
}

const SPEC = /^([<>^]?)(0?)(\d{0,3})(?:\.(\d{1,2}))?([dsfeg]?)$/;

/** A value by a format specification such as `04d`, `>8` or `.2f`. */
export function formatted(value: PythonValue, spec: string): string {
  const found = SPEC.exec(spec);
  if (!found) throw new RangeError(`the format ":${spec}" is not read`);
  const [, side, zero, width, digits, kind] = found;
  if (kind && kind !== "s" && typeof value !== "number") {
    throw new RangeError(`the format ":${spec}" is for numbers, not ${describe(value)}`);
  }
  let text = textOf(value);
  if (kind === "f") text = (value as number).toFixed(Number(digits ?? 6));
  else if (kind === "e") text = exponential(value as number, Number(digits ?? 6));
  else if (digits !== undefined) {
    if (typeof value !== "string") throw new RangeError(`the format ":${spec}" is not read`);
    text = text.slice(0, Number(digits));
  }
  const wanted = Number(width || 0);
  if (zero && text.startsWith("-")) return `-${text.slice(1).padStart(wanted - 1, "0")}`;
  const left = side === "<" || (!side && typeof value === "string");
  return left ? text.padEnd(wanted) : text.padStart(wanted, zero ? "0" : " ");
}

function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

/** `'…'.format(…)`: places in braces, numbered, named or in order. */
export function filledIn(
  text: string,
  values: readonly PythonValue[],
  named: Readonly<Record<string, PythonValue>>,
): string {
  let next = 0;
  return text.replace(
    /\{\{|\}\}|\{(\w*)(?::([^{}]*))?\}|[{}]/g,
    (all, name?: string, spec = "") => {
      if (all === "{{" || all === "}}") return all[0]!;
      if (name === undefined) throw new RangeError(`a "${all}" stands alone in a format`);
      const numbered = name === "" ? next++ : /^\d+$/.test(name) ? Number(name) : null;
      const value = numbered === null
        ? Object.hasOwn(named, name) ? named[name] : undefined
        : values[numbered];
      if (value === undefined) throw new RangeError(`a format has no value for "${all}"`);
      return formatted(value, spec);
    },
  );
}

/** `'…' % values`: %s, %d, %f, %e and %% with widths. */
export function printed(text: string, values: readonly PythonValue[]): string {
  let next = 0;
  const result = text.replace(
    /%(?:(%)|(-?)(\d*(?:\.\d+)?)([sdfe]))?/g,
    (all, percent, left, size, kind) => {
      if (percent) return "%";
      if (kind === undefined) throw new RangeError(`"${all}" in a format is not read`);
      const value = values[next++];
      if (value === undefined) throw new RangeError("a format has more places than values");
      const whole = kind === "d" && typeof value === "number" ? Math.trunc(value) : value;
      return formatted(whole, `${left ? "<" : ">"}${size}${kind}`);
    },
  );
  if (next !== values.length) throw new RangeError("a format has more values than places");
  return result;
}
