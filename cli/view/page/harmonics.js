/** Coefficients of a splat's four words each, in the arrays in which Spark keeps them. */
const ARRAYS = { sh1: 0, sh2: 4, sh3a: 8, sh3b: 12 };
const BIAS = 15;

/**
 * Writes the harmonics of a PLY's splats anew into `extra`, the arrays that Spark made of them. Spark 2.2.0
 * rounds their shared exponent down, which cuts each coefficient's largest channel to a power of two: against
 * our renderer 36 dB, and 53 dB with the exponent rounded up, as its shaders decode both alike.
 */
export function correctHarmonics(extra, fileBytes) {
  const { data, columns, stride, count } = readRows(fileBytes);
  const coefficients = columns.length / 3;
  for (const [name, first] of Object.entries(ARRAYS)) {
    const words = extra[name];
    if (!words) continue;
    const last = Math.min(first + 4, coefficients);
    for (let i = 0; i < count; i++) {
      for (let c = first; c < last; c++) {
        // In a PLY all coefficients of red come first, then those of green and of blue.
        const value = (channel) => data[i * stride + columns[channel * coefficients + c]];
        words[4 * i + c - first] = sharedExponent(value(0), value(1), value(2));
      }
    }
  }
}

/** Three values as 8 bits each with one exponent of 5 bits and three signs. */
function sharedExponent(red, green, blue) {
  const largest = Math.max(Math.abs(red), Math.abs(green), Math.abs(blue));
  if (!(largest > 0)) return 0;
  const exponent = Math.min(31, Math.max(0, Math.ceil(Math.log2(largest)) + BIAS));
  const scale = 255 / 2 ** (exponent - BIAS);
  const level = (value) => Math.min(255, Math.round(Math.abs(value) * scale));
  const signs = Number(red < 0) | Number(green < 0) << 1 | Number(blue < 0) << 2;
  return (level(red) | level(green) << 8 | level(blue) << 16 | (exponent << 3 | signs) << 24) >>> 0;
}

/** Rows of floats of a PLY that our server wrote, and where its harmonics are in a row. */
function readRows(fileBytes) {
  const start = new TextDecoder("latin1").decode(fileBytes.subarray(0, 8192));
  const end = "end_header\n";
  const header = start.slice(0, start.indexOf(end) + end.length);
  const names = [...header.matchAll(/^property float (\w+)$/gm)].map(([, name]) => name);
  const count = Number(/^element vertex (\d+)$/m.exec(header)[1]);
  const rest = names.filter((name) => name.startsWith("f_rest_")).length;
  return {
    // A copy: what follows a header rarely lies at a multiple of four bytes.
    data: new Float32Array(
      fileBytes.slice(header.length, header.length + 4 * count * names.length).buffer,
    ),
    columns: Array.from({ length: rest }, (_, k) => names.indexOf(`f_rest_${k}`)),
    stride: names.length,
    count,
  };
}
