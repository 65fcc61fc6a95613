import { calculate } from "./operations.ts";
import { Expressions } from "./expressions.ts";
import { MODULES } from "./functions.ts";
import { type Node, onLine } from "./scope.ts";
import { KEYWORDS, quoted } from "./token_reader.ts";

const AUGMENTED = /^(\+|-|\*|\/|\/\/|%|\*\*)=$/;
const READ = "only assignments of values are";

/** Runs the statements of a file one after the other: assignments, `del`, some imports, changing calls. */
export class Statements extends Expressions {
  /** Runs all of them. */
  run(): void {
    while (this.next.kind !== "end") {
      if (!this.skip(";") && this.next.kind !== "newline") this.#statement();
      if (this.next.kind === "newline") this.take();
    }
  }

  #statement(): void {
    const { kind, text } = this.next;
    if (kind === "indent") {
      this.fail("the line is indented, only assignments at the left margin are read");
    }
    const words: Readonly<Record<string, () => void>> = {
      import: () => this.#importModules(),
      from: () => this.#from(),
      with: () => this.#withReadBase(),
      del: () => this.#delete(),
      pass: () => void this.take(),
    };
    if (kind === "name" && Object.hasOwn(words, text)) words[text]!();
    else if (kind === "name" && KEYWORDS.has(text) && text !== "not") this.refuseKeyword(READ);
    else this.#assignment();
    this.#endStatement();
  }

  #endStatement(): void {
    const { kind } = this.next;
    if (kind !== "newline" && kind !== "end" && !this.isMark(";")) {
      this.unexpected("the end of the line");
    }
  }

  #assignment(): void {
    const first = this.next;
    const targets = [this.listed()];
    if (this.isMark(":")) {
      this.take();
      this.expression(); // an annotation says nothing
      if (!this.isMark("=")) return;
    }
    const { text } = this.next;
    const mark = this.next.kind === "mark" ? AUGMENTED.exec(text)?.[1] : undefined;
    if (mark) return this.#augment(this.#target(targets[0]!), mark);
    while (this.skip("=")) targets.push(this.listed());
    const value = targets.pop()!;
    const { scope } = this;
    if (targets.length) {
      const assigned = value.get(scope);
      for (const target of targets) this.#target(target).assign!(scope, assigned);
    } else if (value.calls) {
      value.get(scope);
      scope.changed(value.line);
    } else if (first.kind !== "string") { // which is a docstring
      this.fail(`only NAME = VALUE is read, after "${first.text}" comes ${quoted(this.next)}`);
    }
  }

  #target(target: Node): Node {
    if (target.assign) return target;
    return this.scope.fail(target.line, "only names, entries and attributes are assigned to");
  }

  #augment(target: Node, mark: string): void {
    const { line } = this.take();
    const { scope } = this;
    const value = this.listed().get(scope);
    const before = target.get(scope);
    target.assign!(scope, onLine(scope.fail, line, () => calculate(mark, before, value)));
  }

  #delete(): void {
    this.take();
    const target = this.listed();
    if (!target.remove) this.fail("only a name or an entry can be deleted");
    target.get(this.scope); // it must be there
    target.remove!(this.scope);
  }

  #importModules(): void {
    this.take();
    do {
      const path = this.#modulePath();
      this.#allowed(path);
      const alias = this.skipWord("as") ? this.takeName("a name").text : null;
      const [head] = path.split(".");
      this.scope.imports.set(alias ?? head!, alias ? path : head!);
    } while (this.skip(","));
  }

  #from(): void {
    this.take();
    const module = this.#modulePath();
    this.expectWord("import");
    const wrapped = this.skip("(");
    do {
      const { text } = this.takeName("a name");
      this.#allowed(`${module}.${text}`);
      const alias = this.skipWord("as") ? this.takeName("a name").text : text;
      this.scope.imports.set(alias, `${module}.${text}`);
    } while (this.skip(",") && !this.isMark(")"));
    if (wrapped) this.expect(")");
  }

  #modulePath(): string {
    let path = this.takeName("a module").text;
    while (this.skip(".")) path += `.${this.takeName("a module").text}`;
    return path === "np" ? "numpy" : path;
  }

  #allowed(path: string): void {
    if (MODULES.has(path)) return;
    this.fail(
      `"import" is not read but of ${
        [...MODULES].filter((name) => !name.includes(".")).join(", ")
      }: "${path}"`,
    );
  }

  /** `with read_base(): from .other import *`, MMEngine's newer way to name bases. */
  #withReadBase(): void {
    const { line } = this.take();
    if (this.scope.imports.get(this.next.text) !== "mmengine.config.read_base") {
      this.fail('"with" is not read but of read_base()');
    }
    this.take();
    for (const mark of ["(", ")", ":"]) this.expect(mark);
    if (this.next.kind !== "newline") return this.#importNames(line);
    while (this.peek(1).kind === "indent") {
      this.take();
      this.take();
      this.#importNames(this.next.line);
    }
  }

  #importNames(line: number): void {
    this.expectWord("from");
    let module = "";
    while (this.isMark(".", "...")) module += this.take().text;
    if (!module) this.fail("bases are imported from files beside this one: from .name import *");
    if (!this.isWord("import")) module += this.#modulePath();
    this.expectWord("import");
    const { scope } = this;
    const names = scope.importFile(module, line);
    if (!names) return scope.fail(line, `its base "${module}" is not there`);
    if (this.skip("*")) {
      for (const [name, value] of Object.entries(names)) scope.names.set(name, value);
      return;
    }
    const wrapped = this.skip("(");
    do {
      const { text: name } = this.takeName("a name");
      if (!Object.hasOwn(names, name)) this.fail(`the base "${module}" has no "${name}"`);
      const alias = this.skipWord("as") ? this.takeName("a name").text : name;
      scope.names.set(alias, names[name]!);
    } while (this.skip(",") && !this.isMark(")"));
    if (wrapped) this.expect(")");
  }
}
