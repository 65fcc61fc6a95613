const MODIFIER = "Ctrl+";
const SIGNS = {
  Comma: ",",
  Period: ".",
  Escape: "Esc",
  Delete: "Del",
  Question: "?",
  Space: "space",
};

/** Keys of a page, each with what it does in words; nothing is done while something is typed or chosen. */
export class Keys {
  /** Whether they are heard. */
  active = true;
  #bound = new Map();

  constructor() {
    addEventListener("keydown", (event) => this.#press(event));
  }

  /** Binds keys: by code (or `Ctrl+` and a code, or `Question`), `[what to do, what it says of that]`. */
  bind(keys = {}) {
    for (const [key, [run, text]] of Object.entries(keys)) this.#bound.set(key, { run, text });
  }

  /** What there is, as pairs of a key's sign and its text; keys of one text stand together. */
  list() {
    const byText = new Map();
    for (const [key, { text }] of this.#bound) {
      byText.set(text, [...byText.get(text) ?? [], signOf(key)]);
    }
    return [...byText].map(([text, signs]) => [signs.join(" "), text]);
  }

  #press(event) {
    if (!this.active || isTyping(event.target) || event.altKey) return;
    const modified = event.ctrlKey || event.metaKey;
    const key = event.key === "?" ? "Question" : event.code;
    const found = this.#bound.get(modified ? MODIFIER + key : key);
    if (!found) return;
    if (modified) event.preventDefault();
    found.run(event);
  }
}

/** Whether keys belong to what has the focus. */
export function isTyping(target) {
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "range"].includes(target.type));
}

function signOf(key) {
  const [modifier, code] = key.startsWith(MODIFIER)
    ? [MODIFIER, key.slice(MODIFIER.length)]
    : ["", key];
  return modifier + (SIGNS[code] ?? code.replace(/^(Key|Digit)/, ""));
}
