import { type Html, html } from "./html.ts";

/** One curve: points in order of x; a y that is null or not finite leaves a gap. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Draw the points of a long curve faintly, and over them their moving mean. */
  readonly smooth?: boolean;
}

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 56;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;
// More points than pixels only make the page large.
const MOST_POINTS = 1200;
// So few points get a mark each, and need no mean.
const MARKED_POINTS = 60;

// Every page has classes for so many.
const COLOURS = 4;

/** Pixels of a chart. */
export const CHART = { width: WIDTH, height: HEIGHT } as const;

/** How curves are drawn. */
export interface ChartOptions {
  /** Whether y goes by powers of ten. */
  readonly log?: boolean;
  /** Classes of colours that the page has; more curves begin anew. */
  readonly colours?: number;
}

/** Curves over steps as an SVG picture that takes its colours from the page; null without any point. */
export function lineChart(
  title: string,
  series: readonly Series[],
  options: ChartOptions = {},
): Html | null {
  const parts = chartParts(series, options);
  if (parts === null) return null;
  const legend = series.length > 1
    ? series.map(({ name }, i) =>
      html`<span class="key c${i % (options.colours ?? COLOURS)}">${name}</span>`
    )
    : null;
  return html`
    <figure>
      <figcaption>${title}${legend}</figcaption>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${parts}</svg>
    </figure>
  `;
}

/** What is inside such a picture: grid, ticks and curves of the classes `c0` to `c3`; null without any point. */
export function chartParts(
  series: readonly Series[],
  { log = false, colours = COLOURS }: ChartOptions = {},
): Html[] | null {
  const drawn = series.map((curve) => ({ ...curve, points: thin(usable(curve.points, log)) }));
  const all = drawn.flatMap(({ points }) => points);
  if (!all.length) return null;
  const xs = niceRange(all.map(([x]) => x), 6);
  const ys = log ? decades(all.map(([, y]) => y)) : niceRange(all.map(([, y]) => y), 5);
  const scale = log ? Math.log10 : (value: number) => value;
  const across = (x: number) => LEFT + (x - xs.low) / (xs.high - xs.low) * (WIDTH - LEFT - RIGHT);
  const down = (y: number) =>
    HEIGHT - BOTTOM -
    (scale(y) - scale(ys.low)) / (scale(ys.high) - scale(ys.low)) * (HEIGHT - TOP - BOTTOM);
  const path = (points: readonly Point[]) =>
    points.map(([x, y], i) => `${i ? "L" : "M"}${across(x).toFixed(1)} ${down(y).toFixed(1)}`)
      .join("");

  const parts: Html[] = [];
  for (const y of ys.ticks) {
    const at = down(y).toFixed(1);
    parts.push(
      html`
        <path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}" />
      `,
      html`<text x="${LEFT - 6}" y="${at}" dy="0.35em" text-anchor="end">${tick(y)}</text>`,
    );
  }
  for (const x of xs.ticks) {
    const [at, below] = [across(x).toFixed(1), HEIGHT - BOTTOM + 16];
    parts.push(html`<text x="${at}" y="${below}" text-anchor="middle">${tick(x)}</text>`);
  }
  parts.push(html`<text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" text-anchor="end">step</text>`);
  drawn.forEach(({ name, points, smooth }, i) => {
    if (!points.length) return;
    const means = smooth && points.length > MARKED_POINTS;
    const colour = `c${i % colours}`;
    parts.push(html`
      <path class="curve ${colour}${means ? " faint" : ""}" d="${path(points)}" />
    `);
    if (means) {
      parts.push(html`
        <path class="curve ${colour}" d="${path(movingMean(points))}" />
      `);
    } else if (points.length <= MARKED_POINTS) {
      for (const [x, y] of points) {
        const [cx, cy] = [across(x).toFixed(1), down(y).toFixed(1)];
        const label = `${name} ${tick(y)} at ${x}`;
        parts.push(
          html`
            <circle class="${colour}" cx="${cx}" cy="${cy}" r="3">
              <title>${label}</title>
            </circle>
          `,
        );
      }
    }
  });
  return parts;
}

type Point = readonly [number, number];

function usable(points: Series["points"], log: boolean): Point[] {
  return points.filter((point): point is Point => {
    const y = point[1];
    return Number.isFinite(point[0]) && y !== null && Number.isFinite(y) && (!log || y > 0);
  });
}

/** Means over runs of neighbours, so that at most `MOST_POINTS` are left. */
function thin(points: readonly Point[]): Point[] {
  const run = Math.ceil(points.length / MOST_POINTS);
  if (run <= 1) return [...points];
  const means: Point[] = [];
  for (let i = 0; i < points.length; i += run) {
    const part = points.slice(i, i + run);
    const mean = (axis: 0 | 1) => part.reduce((sum, point) => sum + point[axis], 0) / part.length;
    means.push([mean(0), mean(1)]);
  }
  return means;
}

/** Exponential mean over about a twentieth of the curve, without the bias of its start. */
function movingMean(points: readonly Point[]): Point[] {
  const kept = 1 - 1 / Math.max(2, points.length / 20);
  let [sum, weight] = [0, 0];
  return points.map(([x, y]) => {
    sum = kept * sum + y;
    weight = kept * weight + 1;
    return [x, sum / weight];
  });
}

/** A range around values whose ends and ticks are 1, 2 or 5 times a power of ten apart. */
export function niceRange(
  values: readonly number[],
  count: number,
): { low: number; high: number; ticks: number[] } {
  const least = values.reduce((a, b) => Math.min(a, b));
  const most = values.reduce((a, b) => Math.max(a, b));
  const span = most - least || Math.abs(most) || 1;
  const power = 10 ** Math.floor(Math.log10(span / count));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power * count >= span)!;
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil(most / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { low: ticks[0]!, high: ticks.at(-1)!, ticks };
}

function decades(values: readonly number[]): { low: number; high: number; ticks: number[] } {
  const first = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b))));
  const most = Math.log10(values.reduce((a, b) => Math.max(a, b)));
  const last = Math.max(first + 1, Math.ceil(most));
  const stride = Math.ceil((last - first) / 6);
  const ticks: number[] = [];
  for (let power = first; power <= last; power += stride) ticks.push(10 ** power);
  return { low: 10 ** first, high: 10 ** last, ticks };
}

function tick(value: number): string {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e6)) return value.toExponential().replace("e+", "e");
  return String(Number(value.toPrecision(6)));
}
