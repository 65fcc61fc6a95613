import {
  calculate,
  describe,
  entryOf,
  isDict,
  type PythonValue,
  signed,
  sliceOf,
} from "./operations.ts";
import { type Fail, type Token, tokens } from "./tokens.ts";

/** Names and their values. */
export type Names = Record<string, PythonValue>;

/** What a reader is told, and what it tells. */
export interface ReaderHooks {
  readonly fail: Fail;
  /** Told each assignment before it is made. */
  readonly assigned: (name: string, value: PythonValue, line: number) => void;
  /** What `{{_base_.a.b}}` stands for. */
  readonly fromBase: (path: readonly string[], line: number) => PythonValue;
}

const CONSTANTS: Readonly<Record<string, PythonValue>> = { True: true, False: false, None: null };
const KEYWORDS = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield"
    .split(" "),
);
const SUMS = ["+", "-"];
const PRODUCTS = ["*", "/", "//", "%"];
const DEEPEST = 100;

/** Reads assignments of literal values and what arithmetic makes of them; nothing is executed. */
export class Reader {
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;

  constructor(text: string, readonly names: Names, private readonly hooks: ReaderHooks) {
    this.#tokens = [...tokens(text, hooks.fail)];
  }

  /** Reads all statements. */
  read(): void {
    while (this.#next.kind !== "end") {
      if (!this.#skip(";") && this.#next.kind !== "newline") this.#statement();
      if (this.#next.kind === "newline") this.#at++;
    }
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #statement(): void {
    const first = this.#next;
    if (first.kind === "name" && KEYWORDS.has(first.text)) {
      this.#fail(`"${first.text}" is not read, only assignments of literal values are`);
    }
    if (first.kind === "indent") {
      this.#fail("the line is indented, only assignments at the left margin are read");
    }
    if (first.kind === "string") { // a docstring
      this.#strings();
      return this.#endStatement();
    }
    const targets: Token[] = [];
    while (this.#next.kind === "name" && this.#tokens[this.#at + 1]?.text === "=") {
      targets.push(this.#next);
      this.#at += 2;
    }
    if (targets.length === 0) {
      this.#at++;
      this.#fail(`only NAME = VALUE is read, after "${first.text}" comes ${quoted(this.#next)}`);
    }
    const value = this.#listed();
    for (const { text: name, line } of targets) {
      this.hooks.assigned(name, value, line);
      this.names[name] = value;
    }
    this.#endStatement();
  }

  #endStatement(): void {
    const { kind, text } = this.#next;
    if (kind !== "newline" && kind !== "end" && text !== ";") {
      this.#unexpected("the end of the line");
    }
  }

  /** One value, or several with commas between them, which are a tuple. */
  #listed(): PythonValue {
    const first = this.#expression();
    if (this.#next.text !== ",") return first;
    const items = [first];
    while (this.#skip(",") && this.#next.kind !== "newline") items.push(this.#expression());
    return items;
  }

  #expression(): PythonValue {
    if (++this.#depth > DEEPEST) this.#fail(`values are nested deeper than ${DEEPEST}`);
    let value = this.#product();
    while (this.#isMark(SUMS)) value = this.#binary(value, () => this.#product());
    this.#depth--;
    return value;
  }

  #product(): PythonValue {
    let value = this.#sign();
    while (this.#isMark(PRODUCTS)) value = this.#binary(value, () => this.#sign());
    return value;
  }

  #sign(): PythonValue {
    if (!this.#isMark(SUMS)) return this.#power();
    if (++this.#depth > DEEPEST) this.#fail(`values are nested deeper than ${DEEPEST}`);
    const { text } = this.#take();
    const value = this.#try(() => signed(text, this.#sign()));
    this.#depth--;
    return value;
  }

  #power(): PythonValue {
    const value = this.#entries(this.#atom());
    return this.#isMark(["**"]) ? this.#binary(value, () => this.#sign()) : value;
  }

  #binary(left: PythonValue, readRight: () => PythonValue): PythonValue {
    const { text } = this.#take();
    const right = readRight();
    return this.#try(() => calculate(text, left, right));
  }

  /** Indices and slices behind a value. */
  #entries(start: PythonValue): PythonValue {
    let value = start;
    while (this.#skip("[")) {
      const bounds: (PythonValue | undefined)[] = [undefined];
      while (this.#next.text !== "]") {
        if (this.#skip(":")) bounds.push(undefined);
        else if (bounds.at(-1) === undefined) bounds[bounds.length - 1] = this.#expression();
        else this.#unexpected("]");
      }
      if (bounds.length > 3 || (bounds.length === 1 && bounds[0] === undefined)) {
        this.#unexpected("an index");
      }
      const whole = value;
      value = this.#try(() =>
        bounds.length === 1 ? entryOf(whole, bounds[0]!) : sliceOf(whole, bounds)
      );
      this.#expect("]");
    }
    if (this.#next.text === "." || this.#next.text === "(") {
      this.#fail("attributes and calls of values are not read");
    }
    return value;
  }

  #atom(): PythonValue {
    const token = this.#next;
    if (token.kind === "string") return this.#strings();
    if (token.kind === "number") return (this.#take() as Token & { value: number }).value;
    if (token.kind === "name") return this.#name();
    if (this.#skip("[")) return this.#items("]").items;
    if (this.#skip("(")) {
      const { items, comma } = this.#items(")");
      return items.length === 1 && !comma ? items[0]! : items;
    }
    if (this.#skip("{")) return this.#next.text === "{" ? this.#base() : this.#dict();
    return this.#unexpected("a value");
  }

  #strings(): string {
    let value = "";
    while (this.#next.kind === "string") value += (this.#take() as Token & { value: string }).value;
    return value;
  }

  #name(): PythonValue {
    const { text: name } = this.#next;
    if (KEYWORDS.has(name)) this.#fail(`"${name}" is not read, only literal values are`);
    if (Object.hasOwn(CONSTANTS, name)) {
      this.#at++;
      return CONSTANTS[name]!;
    }
    if (this.#tokens[this.#at + 1]!.text === "(") return this.#call(name);
    if (!Object.hasOwn(this.names, name)) {
      this.#fail(`"${name}" is not assigned before, in this file`);
    }
    this.#at++;
    return this.names[name]!;
  }

  #call(name: string): PythonValue {
    const known = ["dict", "list", "tuple"].includes(name) && !Object.hasOwn(this.names, name);
    if (!known) {
      this.#fail(`calls of "${name}" are not read, only of dict, list and tuple`);
    }
    this.#at += 2;
    if (name === "dict") return this.#keywords();
    const { line } = this.#next;
    const { items, comma } = this.#items(")");
    const [list = []] = items;
    if (items.length > 1 || (comma && items.length === 0) || !Array.isArray(list)) {
      this.hooks.fail(line, `${name}() takes one list`);
    }
    return [...list];
  }

  /** The arguments of `dict(...)`. */
  #keywords(): PythonValue {
    const dict: Names = {};
    while (!this.#skip(")")) {
      const { kind, text } = this.#next;
      if (this.#skip("**")) this.#spread(dict);
      else if (kind === "name" && this.#tokens[this.#at + 1]!.text === "=") {
        this.#at += 2;
        if (Object.hasOwn(dict, text)) this.#fail(`"${text}" is given twice`);
        this.#put(dict, text, this.#expression());
      } else {
        const value = this.#expression();
        if (!isDict(value) || Object.keys(dict).length) this.#fail("dict() takes NAME = VALUE");
        Object.assign(dict, value);
      }
      this.#comma(")");
    }
    return dict;
  }

  #dict(): PythonValue {
    const dict: Names = {};
    while (!this.#skip("}")) {
      if (this.#skip("**")) this.#spread(dict);
      else {
        const key = this.#expression();
        if (typeof key !== "string" && typeof key !== "number") {
          this.#fail(`${describe(key)} cannot be a key, keys must be strings or numbers`);
        }
        if (this.#next.text !== ":") this.#fail("sets are not read, after a key must come :");
        this.#at++;
        this.#put(dict, String(key), this.#expression());
      }
      this.#comma("}");
    }
    return dict;
  }

  #put(dict: Names, key: string, value: PythonValue): void {
    if (key === "__proto__") this.#fail(`"${key}" cannot be a key`);
    dict[key] = value;
  }

  #spread(dict: Names): void {
    const value = this.#expression();
    if (!isDict(value)) this.#fail(`** stands before ${describe(value)}, it must be a dict`);
    Object.assign(dict, value);
  }

  #items(end: string): { items: PythonValue[]; comma: boolean } {
    const items: PythonValue[] = [];
    let comma = false;
    while (!this.#skip(end)) {
      if (this.#skip("*")) {
        const list = this.#expression();
        if (!Array.isArray(list)) this.#fail(`* stands before ${describe(list)}`);
        items.push(...list);
      } else items.push(this.#expression());
      comma = this.#comma(end);
    }
    return { items, comma };
  }

  /** Steps over a comma; without one the end must come. */
  #comma(end: string): boolean {
    if (this.#skip(",")) return true;
    const { text } = this.#next;
    if (text === "for") this.#fail("comprehensions are not read");
    if (text !== end) this.#unexpected(`"," or "${end}"`);
    return false;
  }

  #base(): PythonValue {
    const { line } = this.#take();
    if (this.#take().text !== "_base_") this.#fail("only {{_base_.NAME}} is read in double braces");
    const path: string[] = [];
    while (this.#skip(".")) path.push(this.#take().text);
    this.#expect("}");
    this.#expect("}");
    return this.hooks.fromBase(path, line);
  }

  #isMark(marks: readonly string[]): boolean {
    return this.#next.kind === "mark" && marks.includes(this.#next.text);
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind === "end") this.#unexpected("more");
    this.#at++;
    return token;
  }

  #skip(mark: string): boolean {
    if (!this.#isMark([mark])) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#skip(mark)) this.#unexpected(`"${mark}"`);
  }

  #unexpected(wanted: string): never {
    this.#fail(`${quoted(this.#next)} stands where ${wanted} must be`);
  }

  #try<T>(compute: () => T): T {
    const { line } = this.#tokens[Math.max(0, this.#at - 1)]!;
    try {
      return compute();
    } catch (error) {
      if (error instanceof RangeError) this.hooks.fail(line, error.message);
      throw error;
    }
  }

  #fail(what: string): never {
    this.hooks.fail(this.#next.line, what);
  }
}

function quoted({ kind, text }: Token): string {
  return kind === "name" || kind === "mark" || kind === "number"
    ? `"${text}"`
    : `the ${text.replace(/^a /, "")}`;
}
