import { encodeBase64 } from "@std/encoding/base64";
import { spokenName } from "../../data/drawing/legend.ts";
import { Html, html, type HtmlValue } from "./html.ts";

/** A table; numbers, and texts that begin as such, stand to the right. */
export function htmlTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Html {
  const cell = (value: string | number) =>
    typeof value === "number" || /^-?[\d.,]+( |$)/.test(value)
      ? html`<td class="number">${value}</td>`
      : html`<td>${value}</td>`;
  return html`
    <div class="wide">
      <table>
        <thead>
          <tr>${header.map((name) => html`<th>${name}</th>`)}</tr>
        </thead>
        <tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody>
      </table>
    </div>
  `;
}

/** A picture inside the page, with what it shows and the name of its file. */
export function htmlPicture(caption: string, png: Uint8Array, file = caption): Html {
  return html`<figure title="${file}"><figcaption>${caption}</figcaption>${
    image(caption, png)
  }</figure>`;
}

/** Two pictures of the same thing side by side, whatever the width of the page. */
export function htmlPair(
  caption: string,
  pair: readonly (readonly [label: string, png: Uint8Array])[],
): Html {
  return html`
    <figure>
      <figcaption>${caption}</figcaption>
      <div class="pair">${pair.map(([label, png]) =>
        html`<div>${image(`${caption}, ${label}`, png)}<p>${label}</p></div>`
      )}</div>
    </figure>
  `;
}

function image(caption: string, png: Uint8Array): Html {
  const data = encodeBase64(png as Uint8Array<ArrayBuffer>);
  return html`<img alt="${caption}" src="data:image/png;base64,${data}">`;
}

/** Names beside their colours (RGB bytes). */
export function htmlLegend(
  entries: readonly {
    readonly name: string;
    readonly colour: readonly [number, number, number];
  }[],
): Html {
  const swatch = ({ name, colour: [red, green, blue] }: typeof entries[number]) =>
    html`<span class="swatch" style="--colour: rgb(${red} ${green} ${blue})">${
      spokenName(name)
    }</span>`;
  return html`<p>${entries.map(swatch)}</p>`;
}

/** A list of remarks, one a line; nothing where there are none. */
export function htmlList(texts: readonly string[]): Html | null {
  return texts.length ? html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>` : null;
}

/** Plain data as it stands in a file. */
export function htmlData(value: unknown): Html {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

/** A part of the page under its heading; nothing where it has no content. */
export function htmlSection(heading: string, ...content: readonly HtmlValue[]): Html | null {
  const inner = html`${content}`;
  return inner.toString()
    ? html`<section><h2>${heading}</h2>
${inner}
</section>`
    : null;
}

// Nothing runs and nothing is fetched, even where markup should get in.
const POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A whole page that needs nothing from elsewhere and follows the reader's light or dark. */
export function htmlPage(title: string, body: readonly HtmlValue[]): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${POLICY}">
        <meta name="viewport" content="width=device-width">
        <title>${title}</title>
        <style>${STYLE}</style>
      </head>
      <body>
    <h1>${title}</h1>
    ${body}
      </body>
    </html>
  `.toString().trimStart();
}

const STYLE = new Html(`
:root { color-scheme: light dark; --text: #1c2024; --back: #fcfcfd; --panel: #fff; --soft: #60646c;
  --line: #e0e1e6; --c0: #0b68cb; --c1: #c4420f; --c2: #18794e; --c3: #8145b5; }
@media (prefers-color-scheme: dark) { :root { --text: #edeef0; --back: #111113; --panel: #18191b;
  --soft: #b0b4ba; --line: #363a3f; --c0: #70b8ff; --c1: #ffa057; --c2: #3dd68c; --c3: #d19dff; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back);
  max-width: 1320px; margin: 0 auto; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
p, figcaption, th, svg text { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 16px; }
figure { min-width: 0; margin: 0 0 16px; padding: 12px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--panel); }
figcaption { font-size: 13px; margin-bottom: 6px; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
.grid { stroke: var(--line); fill: none; } .curve { fill: none; stroke-width: 1.8;
  stroke-linejoin: round; } .faint { opacity: 0.3; stroke-width: 1; }
.c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
circle.c0 { fill: var(--c0); } circle.c1 { fill: var(--c1); } circle.c2 { fill: var(--c2); }
circle.c3 { fill: var(--c3); }
.key { margin-left: 14px; } .key::before { content: ""; display: inline-block; width: 14px; height: 3px;
  margin-right: 5px; vertical-align: middle; background: currentColor; }
.key.c0 { color: var(--c0); } .key.c1 { color: var(--c1); } .key.c2 { color: var(--c2); }
.key.c3 { color: var(--c3); }
.swatch { display: inline-block; margin-right: 14px; white-space: nowrap; }
.swatch::before { content: ""; display: inline-block; width: 12px; height: 12px; margin-right: 5px;
  vertical-align: -1px; background: var(--colour); border: 1px solid var(--line); }
.gallery { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0 16px; align-items: start; }
.gallery img { width: 100%; }
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(560px, 100%), 1fr)); gap: 0 16px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; } .pair img { width: 100%; }
.pair p { margin: 2px 0 0; font-size: 12px; text-align: center; }
@media (max-width: 700px) { .gallery { grid-template-columns: 1fr; } body { padding: 12px; } }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; }
th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
img { max-width: 100%; height: auto; display: block; }
pre { overflow-x: auto; font-size: 12px; padding: 12px; border: 1px solid var(--line);
  border-radius: 8px; background: var(--panel); }
`);
