import { Atoms } from "./atoms.ts";
import { listNode, node } from "./nodes.ts";
import { calculate, compare, type PythonValue, signed, truthy } from "./operations.ts";
import type { Node } from "./scope.ts";

const COMPARISONS = new Set(["<", ">", "<=", ">=", "==", "!="]);

/** Reads expressions into nodes that compute them: choices, logic, comparisons and arithmetic over atoms. */
export class Expressions extends Atoms {
  /** One value, or several with commas between them, which are a tuple. */
  protected listed(): Node {
    const { line } = this.next;
    const first = this.expression();
    if (this.next.text !== "," || this.next.kind !== "mark") return first;
    const items = [first];
    while (this.skip(",") && !this.ends()) items.push(this.expression());
    return listNode(line, items);
  }

  /** An expression with its choice, `a if b else c`. */
  protected expression(): Node {
    return this.deeper(() => {
      const value = this.condition();
      if (!this.skipWord("if")) return value;
      const condition = this.condition();
      this.expectWord("else");
      const otherwise = this.expression();
      return node(
        value.line,
        (scope) => (truthy(condition.get(scope)) ? value : otherwise).get(scope),
      );
    });
  }

  protected condition(): Node {
    return this.#logic("or", () => this.#logic("and", () => this.#not()));
  }

  /** The first value that decides: a false one of `and`, a true one of `or`, else the last. */
  #logic(word: "and" | "or", read: () => Node): Node {
    const values = [read()];
    while (this.skipWord(word)) values.push(read());
    if (values.length === 1) return values[0]!;
    return node(values[0]!.line, (scope) => {
      let value: PythonValue = null;
      for (const part of values) {
        value = part.get(scope);
        if (truthy(value) === (word === "or")) break;
      }
      return value;
    });
  }

  #not(): Node {
    const { line } = this.next;
    if (!this.skipWord("not")) return this.#comparison();
    const value = this.deeper(() => this.#not());
    return node(line, (scope) => !truthy(value.get(scope)));
  }

  #comparison(): Node {
    const first = this.#sum();
    const rest: [mark: string, value: Node][] = [];
    for (let mark = this.#comparisonMark(); mark; mark = this.#comparisonMark()) {
      rest.push([mark, this.#sum()]);
    }
    if (!rest.length) return first;
    return node(first.line, (scope) => {
      let left = first.get(scope);
      return rest.every(([mark, value]) => {
        const right = value.get(scope);
        const holds = this.tried(value.line, () => compare(mark, left, right));
        left = right;
        return holds;
      });
    });
  }

  #comparisonMark(): string | null {
    if (this.next.kind === "mark" && COMPARISONS.has(this.next.text)) return this.take().text;
    if (this.skipWord("in")) return "in";
    if (this.skipWord("is")) return this.skipWord("not") ? "is not" : "is";
    if (this.isWord("not") && this.isWord("in", 1)) {
      this.take();
      this.take();
      return "not in";
    }
    return null;
  }

  #sum(): Node {
    return this.#chain(["+", "-"], () => this.#product());
  }

  #product(): Node {
    return this.#chain(["*", "/", "//", "%"], () => this.#sign());
  }

  #sign(): Node {
    if (!this.isMark("+", "-")) return this.#power();
    const { text, line } = this.take();
    const value = this.deeper(() => this.#sign());
    return node(line, (scope) => this.tried(line, () => signed(text, value.get(scope))));
  }

  #power(): Node {
    const base = this.entries(this.atom());
    if (!this.isMark("**")) return base;
    const { line } = this.take();
    const exponent = this.deeper(() => this.#sign());
    return node(line, (scope) => {
      const [a, b] = [base.get(scope), exponent.get(scope)];
      return this.tried(line, () => calculate("**", a, b));
    });
  }

  /** Operations of one rank, from the left; however many there are, they nest no deeper. */
  #chain(marks: readonly string[], read: () => Node): Node {
    const first = read();
    const rest: [mark: string, value: Node][] = [];
    while (this.isMark(...marks)) rest.push([this.take().text, read()]);
    if (!rest.length) return first;
    return node(first.line, (scope) =>
      rest.reduce((left, [mark, value]) => {
        const right = value.get(scope);
        return this.tried(value.line, () => calculate(mark, left, right));
      }, first.get(scope)));
  }

  /** The one expression that a text consists of. */
  alone(): Node {
    const value = this.listed();
    if (!this.ends()) this.unexpected("the end of the expression");
    return value;
  }

  protected parse(text: string, line: number): Node {
    return new Expressions(text, this.scope, line).alone();
  }
}
