import { Html, html } from "./html.ts";
import { CHART, chartParts, type Series } from "./line_chart.ts";

const HEADING = 44;
// A pixel more a letter than the font has, so that names never touch.
const LETTER = 7.5;
const LEFT = 16;

// A page of documentation is light or dark: both can be read on either.
const STYLE = new Html(`
text { fill: #7d828a; font: 12px system-ui, sans-serif; } .title { font-size: 14px; }
.grid { stroke: #7d828a55; fill: none; } .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
.faint { opacity: 0.3; stroke-width: 1; }
.c0 { stroke: #3388e0; } .c1 { stroke: #e0682f; } .c2 { stroke: #30a46c; } .c3 { stroke: #a06cd5; }
circle.c0 { fill: #3388e0; } circle.c1 { fill: #e0682f; } circle.c2 { fill: #30a46c; } circle.c3 { fill: #a06cd5; }
`);

/** Curves over steps as an SVG file that needs no page: title, names, grid, curves; "" without any point. */
export function chartFile(title: string, series: readonly Series[]): string {
  const parts = chartParts(series);
  if (parts === null) return "";
  let x = LEFT;
  const names = series.map(({ name }, i) => {
    const key = html`
      <path class="curve c${i % 4}" d="M${x} 32h16" />
      <text x="${x + 22}" y="36">${name}</text>
    `;
    x += 40 + Math.round(LETTER * name.length);
    return key;
  });
  const height = HEADING + CHART.height;
  return html`
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART.width} ${height}" role="img"
      aria-label="${title}">
      <style>${STYLE}</style>
      <text class="title" x="${LEFT}" y="18">${title}</text>
      ${names}
      <g transform="translate(0 ${HEADING})">${parts}</g>
    </svg>
  `.toString().trimStart();
}
