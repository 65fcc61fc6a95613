import { openDoor } from "./door.js";
import { plyOf } from "./splats/given_file.js";

/** The door of a page without a server: what it shows lies in elements of the page itself. */
const TAG = "kept";
const content = JSON.parse(document.getElementById(TAG).textContent);
const parts = new Map(
  [...document.querySelectorAll("script[data-part]")].map((part) => [part.dataset.part, part]),
);

async function bytesOf(part) {
  const kept = await fetch(`data:application/octet-stream;base64,${part.textContent.trim()}`);
  return new Uint8Array(await kept.arrayBuffer());
}

openDoor({
  state: (tag) => Promise.resolve(tag === TAG ? null : { tag: TAG, content }),
  async item({ id }, ...name) {
    const part = parts.get(JSON.stringify([id, ...name]));
    if (!part) return new Response("the page does not hold it", { status: 404 });
    const bytes = await bytesOf(part);
    return new Response(part.dataset.type === "spz" ? await plyOf(bytes, "scene.spz") : bytes);
  },
  address({ id }, ...name) {
    const part = parts.get(JSON.stringify([id, ...name]));
    return part ? `data:${part.dataset.type};base64,${part.textContent.trim()}` : "data:,";
  },
  ask: () => Promise.resolve(new Response("no run is shown here", { status: 404 })),
});
await import("./main.js");
