/** Markup that stands in a page as it is; every other value is escaped. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template: nothing for null and undefined, lists item by item. */
export type HtmlValue = string | number | Html | null | undefined | readonly HtmlValue[];

/**
 * A template of markup. Texts and numbers are escaped for content and for quoted attributes, so data
 * never becomes code; only what is of type `Html` already stands as it is.
 */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(
    parts.map((part, i) => part + (i < values.length ? written(values[i]) : "")).join(""),
  );
}

function written(value: HtmlValue): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(written).filter(Boolean).join("\n");
  return String(value).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
