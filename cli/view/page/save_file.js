import { element } from "./elements.js";

// Browsers read what an address names some time after the click.
const KEPT_MS = 60_000;

/** Has the browser save a file of that name. */
export function saveFile(name, blob) {
  const href = URL.createObjectURL(blob);
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
}
