/** A Python literal as JavaScript data: tuples and lists are arrays, dicts are Maps, None is null. */
export type Literal = null | boolean | number | string | Literal[] | Map<string, Literal>;

// A header needs about four levels; the bound keeps hostile text from exhausting the stack.
const MAX_DEPTH = 32;

/** Parses the Python literal of an npy header; throws a RangeError that says what is wrong and where. */
export function parsePythonLiteral(text: string): Literal {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  #at = 0;

  constructor(readonly text: string) {}

  value(depth: number): Literal {
    if (depth > MAX_DEPTH) this.#fail("it nests too deeply");
    const next = this.#peek();
    if (next === "{") return this.#dict(depth + 1);
    if (next === "(") return this.#sequence("(", ")", depth + 1);
    if (next === "[") return this.#sequence("[", "]", depth + 1);
    const string = this.#match(/[uUbB]?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/y);
    if (string) return (string[1] ?? string[2])!.replace(/\\(.)/g, "$1");
    const number = this.#match(/[-+]?\d+/y);
    if (number) {
      this.#match(/L/y); // Python 2 wrote long integers as 3L
      return Number(number[0]);
    }
    const word = this.#match(/True|False|None/y);
    if (word) return word[0] === "None" ? null : word[0] === "True";
    return this.#fail("a value is expected");
  }

  end(): void {
    if (this.#peek() !== "") this.#fail("nothing more is expected");
  }

  // Python's rule: "(x)" is x itself, "(x,)" and "[x]" hold one item.
  #sequence(open: string, close: string, depth: number): Literal {
    this.#take(open);
    const items: Literal[] = [];
    let commas = 0;
    while (this.#peek() !== close) {
      items.push(this.value(depth));
      if (this.#peek() !== ",") break;
      this.#take(",");
      commas++;
    }
    this.#take(close);
    return open === "(" && items.length === 1 && commas === 0 ? items[0]! : items;
  }

  #dict(depth: number): Map<string, Literal> {
    this.#take("{");
    const entries = new Map<string, Literal>();
    while (this.#peek() !== "}") {
      const key = this.value(depth);
      if (typeof key !== "string") return this.#fail("a key must be a string");
      this.#take(":");
      entries.set(key, this.value(depth));
      if (this.#peek() !== ",") break;
      this.#take(",");
    }
    this.#take("}");
    return entries;
  }

  #peek(): string {
    while (" \n\t\0".includes(this.text[this.#at] ?? "x")) this.#at++;
    return this.text[this.#at] ?? "";
  }

  #take(expected: string): void {
    if (this.#peek() !== expected) this.#fail(`"${expected}" is expected`);
    this.#at++;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match) this.#at = pattern.lastIndex;
    return match;
  }

  #fail(what: string): never {
    const found = this.text.slice(this.#at, this.#at + 20);
    throw new RangeError(`the header is not a Python literal at "${found}", ${what}`);
  }
}
