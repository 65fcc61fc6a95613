import { DEEPEST } from "./size.ts";
import type { Fail, Token } from "./tokens.ts";

/** Words that are no names. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield"
    .split(" "),
);

/** Walks over tokens; what stands in the wrong place is an error of its line. */
export class TokenReader {
  #at = 0;
  #depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly failAt: Fail,
  ) {}

  protected get next(): Token {
    return this.tokens[this.#at]!;
  }

  protected peek(ahead: number): Token {
    return this.tokens[Math.min(this.#at + ahead, this.tokens.length - 1)]!;
  }

  protected ends(): boolean {
    const { kind } = this.next;
    return kind === "newline" || kind === "end" || this.isMark(";", "=");
  }

  protected take(): Token {
    const token = this.next;
    if (token.kind === "end") this.unexpected("more");
    this.#at++;
    return token;
  }

  protected takeName(wanted: string): Token {
    if (this.next.kind !== "name" || KEYWORDS.has(this.next.text)) this.unexpected(wanted);
    return this.take();
  }

  protected isMark(...marks: readonly string[]): boolean {
    return this.next.kind === "mark" && marks.includes(this.next.text);
  }

  protected isWord(word: string, ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === "name" && text === word;
  }

  protected skip(mark: string): boolean {
    if (!this.isMark(mark)) return false;
    this.#at++;
    return true;
  }

  protected skipWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at++;
    return true;
  }

  protected expect(mark: string): void {
    if (!this.skip(mark)) this.unexpected(`"${mark}"`);
  }

  protected expectWord(word: string): void {
    if (!this.skipWord(word)) this.unexpected(`"${word}"`);
  }

  /** Throws where a keyword stands, which nothing else here reads. */
  protected refuseKeyword(what: string): void {
    const { kind, text } = this.next;
    if (kind === "name" && KEYWORDS.has(text)) this.fail(`"${text}" is not read, ${what}`);
  }

  /** One level of nesting more, of which there may be so many. */
  protected deeper<T>(body: () => T): T {
    if (++this.#depth > DEEPEST) this.fail(`values are nested deeper than ${DEEPEST}`);
    const result = body();
    this.#depth--;
    return result;
  }

  protected unexpected(wanted: string): never {
    this.fail(`${quoted(this.next)} stands where ${wanted} must be`);
  }

  protected fail(what: string): never {
    this.failAt(this.next.line, what);
  }
}

/** A token as it reads in a message. */
export function quoted({ kind, text }: Token): string {
  return kind === "name" || kind === "mark" || kind === "number"
    ? `"${text}"`
    : `the ${text.replace(/^a /, "")}`;
}
