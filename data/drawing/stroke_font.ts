/** Units that a capital is high; strokes are given in the same units. */
export const CAP_HEIGHT = 16;

/** A letter: its width, and its strokes as lines through points (x right, y down from a capital's top). */
export interface Glyph {
  readonly width: number;
  readonly strokes: readonly (readonly (readonly [x: number, y: number])[])[];
}

// A stroke is pairs of x and y, each a digit of base 36: a capital's top is 0, small letters' 5, the base line
// g (16), what hangs below ends at l. With ~ a curve goes through the points, without it straight lines do.
const DRAWN: Readonly<Record<string, string>> = {
  A: "0g60cg 2bab",
  B: "0g0060 ~6091a49768 0868 ~68a9bcaf6g 6g0g",
  C: "~b3916022082e6g9fbd",
  D: "0g0050 ~50a2c8ae5g 5g0g",
  E: "a0000gag 0888",
  F: "a0000g 0888",
  G: "~b3916022082e6gafcd cdc979",
  H: "000g b0bg 08b8",
  I: "000g",
  J: "808b ~8b7f4g1f0c",
  K: "000g b009 46bg",
  L: "000g9g",
  M: "0g006bc0cg",
  N: "0g00bgb0",
  O: "~60a2c8ae6g2e082260",
  P: "0g0060 ~6091a49869 6909",
  Q: "~60a2c8ae6g2e082260 8cci",
  R: "0g0060 ~6091a49869 6909 59bg",
  S: "~a381501104275889ac9f5g1f0d",
  T: "00a0 505g",
  U: "000a ~0a2e6gaeca cac0",
  V: "006gc0",
  W: "004g80cgg0",
  X: "00bg b00g",
  Y: "0068c0 686g",
  Z: "00a00gag",
  a: "~9755170b1e5g9e 959g",
  b: "000g ~0745879b8e4g0e",
  c: "~8755170b1e5g8e",
  d: "~9755170b1e5g9e 909g",
  e: "0a9a ~9a8755170b1e5g8f",
  f: "~603124 242g 0565",
  g: "~9755170b1e5g9e 959h ~9h8k5l1k",
  h: "000g ~08458699 999g",
  i: "050g 0001",
  j: "353h ~3h2k0l 3031",
  k: "000g 850c 398g",
  l: "000g",
  m: "050g ~08356679 797g ~78a5d6e9 e9eg",
  n: "050g ~08458699 999g",
  o: "~5597ab9e5g1e0b1755",
  p: "050l ~0745879b8e4g0e",
  q: "~9755170b1e5g9e 959l",
  r: "050g ~092665",
  s: "~874516184a7b8d7f4g0e",
  t: "212c ~2c3f6g 0565",
  u: "050c ~0c1f5g9d 959g",
  v: "054g85",
  w: "053g659gc5",
  x: "058g 850g",
  y: "054g 852l",
  z: "05850g8g",
  0: "~5092a89e5g1e081250",
  1: "23505g",
  2: "~04115091a488 880gag",
  3: "~03115091a48748 ~4889ac9f5g1f0d",
  4: "8g800bab",
  5: "901007 ~075698ab9f5g1f0d",
  6: "~9260230a1e5g9eab9856180a",
  7: "00a04g",
  8: "~508194875827142150 ~5899ac9f5g1f0c1958",
  9: "~1e4g8da692501205185a98a6",
  ".": "0f0g",
  ",": "1e1g0j",
  ":": "0708 0f0g",
  ";": "1718 1e1g0j",
  "!": "000b 0f0g",
  "?": "~0421508194774a 4a4c 4f4g",
  "-": "0a6a",
  "–": "0a8a",
  "−": "0a8a",
  "_": "0i9i",
  "+": "0a8a 464e",
  "=": "0888 0d8d",
  "×": "086e 680e",
  "·": "0a0b",
  "*": "424a 1478 7418",
  "/": "700i",
  "\\": "007i",
  "|": "000j",
  "<": "840a8g",
  ">": "048a0g",
  "(": "~30060b3h",
  ")": "~00363b0h",
  "[": "30000i3i",
  "]": "00303i0i",
  "{": "402127092b2h4i",
  "}": "002127492b2h0i",
  "'": "0004",
  '"': "0004 3034",
  "`": "0023",
  "^": "043064",
  "~": "~0b2a6c8b",
  "#": "402g 908g 05a5 0b9b",
  "%": "c00g ~3063360330 ~9acd9g6d9a",
  "&": "~bg46335073570d2g6faa",
  "@": "~ce7g2e082270c2e8cbab aba5 ~a875587ba8",
  $: "~a381501104275889ac9f5g1f0d 505g",
  "°": "~2042240220",
  "→": "0aca 86ca8e",
  "↑": "404g 044084",
  "…": "0f0g 4f4g 8f8g",
  " ": "",
};
const SPACE_WIDTH = 4;
// A box: what is not drawn yet is seen to be there.
const UNKNOWN = "000gaga000";
// Straight pieces between two points of a curve.
const PIECES = 4;

const glyphs = new Map<string, Glyph>();

/** How a letter is drawn; those with marks go without them, others that are not known are a box. */
export function glyphOf(letter: string): Glyph {
  let glyph = glyphs.get(letter);
  if (!glyph) {
    glyph = letter === " " ? { width: SPACE_WIDTH, strokes: [] } : glyphFrom(letter);
    glyphs.set(letter, glyph);
  }
  return glyph;
}

function glyphFrom(letter: string): Glyph {
  const drawn = DRAWN[letter] ?? UNKNOWN;
  const strokes = drawn.split(" ").map((text) => {
    const curve = text.startsWith("~");
    const points = [...text.slice(Number(curve)).matchAll(/../g)]
      .map(([pair]) => [parseInt(pair[0]!, 36), parseInt(pair[1]!, 36)] as const);
    return curve ? curveThrough(points) : points;
  });
  const width = strokes.flat().reduce((most, [x]) => Math.max(most, x), 0);
  return { width, strokes };
}

type Point = readonly [x: number, y: number];

/** Lines along the curve of Catmull and Rom through points; a ring where the first is the last. */
function curveThrough(points: readonly Point[]): Point[] {
  const last = points.length - 1;
  const ring = String(points[0]) === String(points[last]);
  const at = (i: number): Point => {
    if (ring) return points[(i + last) % last]!;
    return points[Math.min(last, Math.max(0, i))]!;
  };
  const line: Point[] = [points[0]!];
  for (let i = 0; i < last; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const along = (k: 0 | 1) =>
        b[k] + t / 2 * (c[k] - a[k] +
            t * (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k] +
                t * (3 * (b[k] - c[k]) + d[k] - a[k])));
      line.push([along(0), along(1)]);
    }
  }
  return line;
}
