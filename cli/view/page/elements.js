/** Makes an element; attributes that are functions listen to the event of their name, null is left out. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== false) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A button; with `pressed` one that stays in. */
export function button(text, click, { pressed = null, title = null } = {}) {
  return element("button", {
    type: "button",
    click,
    title,
    "aria-pressed": pressed === null ? null : String(pressed),
  }, text);
}

/** A part of the panel under its heading. */
export function section(heading, ...children) {
  return element("section", {}, element("h2", {}, heading), ...children);
}

/** Elements in a line. */
export function row(...children) {
  return element("div", { class: "row" }, ...children);
}

/** A switch with its text. */
export function checkbox(text, checked, change) {
  const input = element("input", {
    type: "checkbox",
    checked,
    change: () => change(input.checked),
  });
  return element("label", {}, input, ` ${text}`);
}

/** Gives the keys back to the scene after a choice, which takes letters to look for names. */
export function leaveKeys(select) {
  select.addEventListener("change", () => select.blur());
  return select;
}

/** Replaces the content only where it is another one, so that what the user holds stays. */
export function replaceText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
