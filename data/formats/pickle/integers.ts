/** Returns a number where it is exact (up to 2^53), else the bigint. */
export function exactInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Decodes a little-endian two's complement integer of any length. */
export function decodeLong(bytes: Uint8Array): number | bigint {
  const length = bytes.length;
  if (length === 0) return 0;
  if (length <= 6) {
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[i]!;
    return bytes[length - 1]! > 127 ? value - 2 ** (8 * length) : value;
  }
  // V8's largest bigint has 2^30 bits; far fewer are plausible.
  if (length > 2 ** 20) throw new RangeError(`an integer of ${length} bytes is too long`);
  let hex = "0x";
  for (let i = length - 1; i >= 0; i--) hex += bytes[i]!.toString(16).padStart(2, "0");
  return exactInteger(BigInt.asIntN(8 * length, BigInt(hex)));
}

/** Parses the decimal integer of an INT or LONG line, with Python 2's trailing L. */
export function parseInteger(text: string): number | bigint {
  const digits = text.endsWith("L") ? text.slice(0, -1) : text;
  if (!/^\s*[-+]?\d+\s*$/.test(digits)) {
    throw new RangeError(`"${text.slice(0, 40)}" is no integer`);
  }
  // Python's own limit; parsing takes more than linear time.
  if (digits.length > 4300) {
    throw new RangeError(`an integer of ${digits.length} digits is too long`);
  }
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits.trim().replace(/^\+/, ""));
}

/** Parses the decimal float of a FLOAT line. */
export function parseFloatLine(text: string): number {
  const special = FLOATS[text.trim().toLowerCase()];
  if (special !== undefined) return special;
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(text)) {
    throw new RangeError(`"${text.slice(0, 40)}" is no number`);
  }
  return Number(text);
}

const FLOATS: Readonly<Record<string, number>> = {
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  nan: NaN,
  "+nan": NaN,
  "-nan": NaN,
};
