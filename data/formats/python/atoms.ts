import { callMethod, FUNCTIONS, MEMBERS } from "./functions.ts";
import { bind, keyOf, listNode, node, spread, starred } from "./nodes.ts";
import { describe, entryOf, isDict, type PythonValue, sliceOf, truthy } from "./operations.ts";
import { type Names, type Node, onLine, type Scope } from "./scope.ts";
import { DEEPEST } from "./size.ts";
import { formatted } from "./text.ts";
import { TokenReader } from "./token_reader.ts";
import { tokens } from "./tokens.ts";

const CONSTANTS: Readonly<Record<string, PythonValue>> = { True: true, False: false, None: null };

/** Reads what operators stand between: literals, names, lists, dicts, comprehensions and known calls. */
export abstract class Atoms extends TokenReader {
  constructor(text: string, readonly scope: Scope, line = 1) {
    super([...tokens(text, scope.fail, line)], scope.fail);
  }

  protected abstract expression(): Node;
  /** An expression without a choice, as conditions of comprehensions are. */
  protected abstract condition(): Node;
  /** The expression that another text is. */
  protected abstract parse(text: string, line: number): Node;

  /** Indices, slices, attributes and calls of methods behind a value. */
  protected entries(start: Node): Node {
    let value = start;
    for (let depth = 0;; depth++) {
      if (depth > DEEPEST) this.fail(`values are nested deeper than ${DEEPEST}`);
      if (this.skip("[")) value = this.#indexed(value);
      else if (this.isMark(".")) value = this.#attribute(value);
      else if (this.isMark("(")) this.fail("calls of values are not read");
      else return value;
    }
  }

  #indexed(whole: Node): Node {
    const { line } = this.next;
    const bounds: (Node | undefined)[] = [undefined];
    while (!this.isMark("]")) {
      if (this.skip(":")) bounds.push(undefined);
      else if (bounds.at(-1) === undefined) bounds[bounds.length - 1] = this.expression();
      else this.unexpected("]");
    }
    if (bounds.length > 3 || (bounds.length === 1 && bounds[0] === undefined)) {
      this.unexpected("an index");
    }
    this.expect("]");
    if (bounds.length > 1) {
      return node(line, (scope) => {
        const values = bounds.map((bound) => bound?.get(scope));
        return this.tried(line, () => sliceOf(whole.get(scope), values));
      });
    }
    return this.#entry(whole, bounds[0]!, line);
  }

  #attribute(whole: Node): Node {
    const { line } = this.take();
    const { text: name } = this.takeName("an attribute");
    if (this.isMark("(")) {
      const given = this.#arguments();
      const get = (scope: Scope) => {
        const owner = whole.get(scope);
        const values = given(scope);
        return this.tried(line, () => callMethod(owner, name, values));
      };
      return { line, get, calls: true };
    }
    return this.#entry(whole, node(line, () => name), line);
  }

  #entry(whole: Node, index: Node, line: number): Node {
    const change = (scope: Scope, body: (owner: Names & PythonValue[], key: string) => void) => {
      const [owner, key] = [whole.get(scope), index.get(scope)];
      if (Array.isArray(owner)) this.tried(line, () => entryOf(owner, key));
      else if (!isDict(owner)) this.fail(`${describe(owner)} has no entries to change`);
      const place = Array.isArray(owner) && (key as number) < 0 ? owner.length + Number(key) : key;
      if (String(place) === "__proto__") this.scope.fail(line, '"__proto__" cannot be a key');
      body(owner as Names & PythonValue[], String(place));
      scope.changed(line);
    };
    return {
      line,
      get: (scope) => {
        const [owner, key] = [whole.get(scope), index.get(scope)];
        return this.tried(line, () => entryOf(owner, key));
      },
      assign: (scope, value) => change(scope, (owner, key) => owner[key as never] = value as never),
      remove: (scope) => change(scope, (owner, key) => delete owner[key as never]),
    };
  }

  /** A literal, a name, a call or what stands in brackets. */
  protected atom(): Node {
    const token = this.next;
    const { line } = token;
    if (token.kind === "string" || token.kind === "format") return this.#strings();
    if (token.kind === "number") {
      this.take();
      return node(line, () => token.value);
    }
    if (token.kind === "name") return this.#name();
    if (this.skip("[")) return this.#bracketed("]").list;
    if (this.skip("(")) {
      const { list, single } = this.#bracketed(")");
      return single ?? list;
    }
    if (this.skip("{")) return this.isMark("{") ? this.#base(line) : this.#dict(line);
    return this.unexpected("a value");
  }

  #strings(): Node {
    const { line } = this.next;
    const parts: ((scope: Scope) => string)[] = [];
    for (let token = this.next;; token = this.next) {
      if (token.kind === "string") {
        const { value } = token;
        parts.push(() => value);
      } else if (token.kind === "format") {
        for (const part of token.parts) {
          if (typeof part === "string") parts.push(() => part);
          else {
            const value = this.parse(part.source, token.line);
            parts.push((scope) => this.tried(line, () => formatted(value.get(scope), part.spec)));
          }
        }
      } else break;
      this.take();
    }
    return node(line, (scope) => parts.map((part) => part(scope)).join(""));
  }

  #name(): Node {
    const { text: name, line } = this.next;
    this.refuseKeyword("only values are");
    this.take();
    if (Object.hasOwn(CONSTANTS, name)) return node(line, () => CONSTANTS[name]!);
    const { names, imports } = this.scope;
    const imported = imports.get(name);
    if (imported !== undefined) return this.#member(imported, line);
    if (this.isMark("(")) {
      if (names.has(name) || name.includes(".") || !Object.hasOwn(FUNCTIONS, name)) {
        const known = Object.keys(FUNCTIONS).filter((known) => !known.includes("."));
        this.fail(`calls of "${name}" are not read, only of ${known.join(", ")}`);
      }
      return this.#call(name, line);
    }
    return {
      line,
      get: (scope) => {
        if (name === "_base_") return scope.bases();
        if (!scope.names.has(name)) {
          scope.fail(line, `"${name}" is not assigned before, in this file`);
        }
        scope.read.add(name);
        return scope.names.get(name)!;
      },
      assign: (scope, value) => {
        scope.assigned(name, value, line);
        scope.names.set(name, value);
      },
      remove: (scope) => void scope.names.delete(name),
    };
  }

  /** A function or number of an imported module. */
  #member(module: string, line: number): Node {
    let path = module;
    while (!Object.hasOwn(FUNCTIONS, path) && !Object.hasOwn(MEMBERS, path) && this.skip(".")) {
      path += `.${this.takeName("a name").text}`;
    }
    if (Object.hasOwn(MEMBERS, path)) return node(line, () => MEMBERS[path]!);
    if (Object.hasOwn(FUNCTIONS, path) && this.isMark("(")) return this.#call(path, line);
    const known = [...Object.keys(FUNCTIONS), ...Object.keys(MEMBERS)]
      .filter((name) => name.startsWith(`${module.split(".")[0]}.`));
    return this.fail(`"${path}" is not read, only ${known.join(", ")}`);
  }

  #call(name: string, line: number): Node {
    const given = this.#arguments(name === "dict");
    return node(line, (scope) => {
      const values = given(scope);
      return this.tried(line, () => FUNCTIONS[name]!(values));
    });
  }

  #arguments(strict = false) {
    this.expect("(");
    const items: { readonly star: boolean; readonly value: Node }[] = [];
    const named: { readonly name: string | null; readonly value: Node }[] = [];
    while (!this.skip(")")) {
      const { kind, text } = this.next;
      if (this.skip("**")) named.push({ name: null, value: this.expression() });
      else if (kind === "name" && this.peek(1).text === "=") {
        this.take();
        this.take();
        if (text === "__proto__") this.fail(`"${text}" cannot be a key`);
        if (strict && named.some(({ name }) => name === text)) {
          this.fail(`"${text}" is given twice`);
        }
        named.push({ name: text, value: this.expression() });
      } else {
        const star = this.skip("*");
        const value = this.expression();
        items.push({ star, value: this.isWord("for") ? this.#loops(value, "(") : value });
      }
      this.#comma(")");
    }
    return (scope: Scope) => ({
      values: items.flatMap(({ star, value }) => star ? starred(scope, value) : [value.get(scope)]),
      named: named.reduce<Names>((dict, { name, value }) => {
        if (name !== null) dict[name] = value.get(scope);
        else Object.assign(dict, spread(scope, value));
        return dict;
      }, {}),
    });
  }

  #bracketed(end: "]" | ")"): { list: Node; single: Node | null } {
    const { line } = this.next;
    const items: Node[] = [];
    const stars: boolean[] = [];
    let comma = false;
    while (!this.skip(end)) {
      stars.push(this.skip("*"));
      items.push(this.expression());
      if (items.length === 1 && this.isWord("for")) {
        const list = this.#loops(items[0]!, end);
        this.expect(end);
        return { list, single: null };
      }
      comma = this.#comma(end);
    }
    const single = items.length === 1 && !comma && !stars[0] ? items[0]! : null;
    const list = stars.includes(true)
      ? node(
        line,
        (scope) => items.flatMap((item, i) => stars[i] ? starred(scope, item) : [item.get(scope)]),
      )
      : listNode(line, items);
    return { list, single };
  }

  #dict(line: number): Node {
    const entries: (readonly [key: Node | null, value: Node])[] = [];
    while (!this.skip("}")) {
      if (this.skip("**")) entries.push([null, this.expression()]);
      else {
        const key = this.expression();
        if (!this.isMark(":")) this.fail("sets are not read, after a key must come :");
        this.take();
        const value = this.expression();
        if (!entries.length && this.isWord("for")) {
          const pairs = this.#loops(listNode(line, [key, value]), "}");
          this.expect("}");
          return node(
            line,
            (scope) =>
              Object.fromEntries((pairs.get(scope) as [PythonValue, PythonValue][])
                .map(([key, value]) => [keyOf(scope, key, line), value])),
          );
        }
        entries.push([key, value]);
      }
      this.#comma("}");
    }
    return node(line, (scope) => {
      const dict: Names = {};
      for (const [key, value] of entries) {
        if (key === null) Object.assign(dict, spread(scope, value));
        else dict[keyOf(scope, key.get(scope), key.line)] = value.get(scope);
      }
      return dict;
    });
  }

  /** `for a, b in list if condition …` behind an element. */
  #loops(element: Node, end: string): Node {
    const loops: { targets: string[]; over: Node; conditions: Node[] }[] = [];
    while (this.skipWord("for")) {
      const wrapped = this.skip("(");
      const targets = [this.takeName("a name").text];
      while (this.skip(",")) if (!this.isWord("in")) targets.push(this.takeName("a name").text);
      if (wrapped) this.expect(")");
      this.expectWord("in");
      const over = this.condition();
      const conditions: Node[] = [];
      while (this.skipWord("if")) conditions.push(this.condition());
      loops.push({ targets, over, conditions });
    }
    if (!this.isMark(end) && end !== "(") this.unexpected(`"${end}"`);
    const { line } = element;
    return node(line, (scope) => {
      const inner = { ...scope, names: new Map(scope.names) };
      const made: PythonValue[] = [];
      const run = (depth: number): void => {
        const loop = loops[depth];
        if (!loop) return void made.push(element.get(inner));
        for (const item of starred(inner, loop.over)) {
          scope.spend(line);
          bind(inner, loop.targets, item, line);
          if (loop.conditions.every((condition) => truthy(condition.get(inner)))) run(depth + 1);
        }
      };
      run(0);
      return made;
    });
  }

  #base(line: number): Node {
    this.take();
    if (this.take().text !== "_base_") this.fail("only {{_base_.NAME}} is read in double braces");
    const path: string[] = [];
    while (this.skip(".")) path.push(this.take().text);
    this.expect("}");
    this.expect("}");
    return node(line, ({ bases, fail }) => {
      let value: PythonValue = bases();
      for (const key of path) {
        if (!isDict(value) || !Object.hasOwn(value, key)) {
          fail(line, `the bases have no "${path.join(".")}"`);
        }
        value = (value as Names)[key]!;
      }
      return value;
    });
  }

  /** Steps over a comma; without one the end must come. */
  #comma(end: string): boolean {
    if (this.skip(",")) return true;
    if (!this.isMark(end)) this.unexpected(`"," or "${end}"`);
    return false;
  }

  protected tried<T>(line: number, compute: () => T): T {
    return onLine(this.scope.fail, line, compute);
  }
}
