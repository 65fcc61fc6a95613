/** A word of Python's text; `line` counts from 1. */
export type Token =
  & { readonly line: number }
  & (
    | { readonly kind: "name" | "mark"; readonly text: string }
    | { readonly kind: "number"; readonly text: string; readonly value: number }
    | { readonly kind: "string"; readonly text: string; readonly value: string }
    | { readonly kind: "format"; readonly text: string; readonly parts: readonly FormatPart[] }
    | { readonly kind: "newline" | "indent" | "end"; readonly text: string }
  );

/** A part of an f-string: text, or the text of an expression and its format. */
export type FormatPart = string | { readonly source: string; readonly spec: string };

/** Throws the error of a line that cannot be read. */
export type Fail = (line: number, what: string) => never;

const SPACE = /[ \t\f]+|\\\r?\n|#[^\n]*/y;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const NUMBER =
  /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
const STRING = /([A-Za-z]{0,2})("""|'''|"|')/y;
// Long marks first; what the reader does not know is refused there, by name.
const MARK = /\*\*=?|\/\/=?|[<>=!]=|->|:=|[+\-*/%@&|^]=|<<|>>|\.\.\.|[()[\]{},:.;=+\-*/%@&|^~<>]/y;

/** Cuts Python's text into words. Lines inside brackets are one; comments are left out. */
export function* tokens(source: string, fail: Fail, firstLine = 1): Generator<Token, void> {
  const text = source.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");
  let at = 0;
  let line = firstLine;
  let depth = 0;
  let begins = true;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at += found[0].length;
    return found;
  };
  while (at < text.length) {
    if (text[at] === "\n") {
      if (depth === 0 && !begins) yield { kind: "newline", text: "end of line", line };
      begins ||= depth === 0;
      at++;
      line++;
      continue;
    }
    const start = at;
    const space = match(SPACE);
    if (space) {
      if (space[0].startsWith("\\")) line++;
      continue;
    }
    if (begins && start > 0 && /[ \t]/.test(text[start - 1]!)) {
      yield { kind: "indent", text: "indentation", line };
    }
    begins = false;
    const string = match(STRING);
    if (string) {
      const opened = line;
      const [, prefix, quote] = string as unknown as [string, string, string];
      const body = stringBody(text, at, quote);
      if (body === null) fail(opened, `the string is not closed by ${quote}`);
      at += body.length + quote.length;
      line += body.split("\n").length - 1;
      const failHere = (what: string): never => fail(opened, what);
      if (/f/i.test(prefix)) {
        const parts = formatParts(prefix, body, failHere);
        yield { kind: "format", text: "a string", parts, line: opened };
        continue;
      }
      const value = stringValue(prefix, body, failHere);
      const template = /\{\{\s*[$\w][^{}]*\}\}/.exec(value)?.[0];
      if (template) failHere(`"${template}" inside a string is not filled in`);
      yield { kind: "string", text: "a string", value, line: opened };
      continue;
    }
    const name = match(NAME);
    if (name) {
      yield { kind: "name", text: name[0], line };
      continue;
    }
    const number = match(NUMBER);
    if (number) {
      const value = Number(number[0].replaceAll("_", ""));
      if (match(NAME) || Number.isNaN(value)) {
        fail(line, `"${text.slice(start, at)}" is not a number that is read`);
      }
      if (!/[.eE]/.test(number[0]) && !Number.isSafeInteger(value)) {
        fail(line, `${number[0]} is too large, whole numbers must be below 2^53`);
      }
      yield { kind: "number", text: number[0], value, line };
      continue;
    }
    const mark = match(MARK);
    if (!mark) fail(line, `${JSON.stringify(text[at])} is not read`);
    if ("([{".includes(mark[0])) depth++;
    if (")]}".includes(mark[0])) depth = Math.max(0, depth - 1);
    yield { kind: "mark", text: mark[0], line };
  }
  if (!begins) yield { kind: "newline", text: "end of line", line };
  yield { kind: "end", text: "end of file", line };
}

/** What stands between `at` and the closing quote, or null if there is none. */
function stringBody(text: string, at: number, quote: string): string | null {
  for (let i = at; i < text.length; i++) {
    if (text.startsWith(quote, i)) return text.slice(at, i);
    if (text[i] === "\\") i++;
    else if (text[i] === "\n" && quote.length === 1) return null;
  }
  return null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function stringValue(prefix: string, body: string, fail: (what: string) => never): string {
  const kind = prefix.toLowerCase();
  if (kind === "r") return body;
  if (kind !== "" && kind !== "u") fail(`strings with the prefix "${prefix}" are not read`);
  return body.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/g,
    (all, octal, byte, short, long, letter) => {
      if (letter !== undefined) return ESCAPES[letter] ?? all; // as Python, which keeps the others
      const code = parseInt(octal ?? byte ?? short ?? long, octal === undefined ? 16 : 8);
      if (code > 0x10ffff) fail(`${all} is no character`);
      return String.fromCodePoint(code);
    },
  );
}

/** Cuts an f-string into its texts and expressions. */
function formatParts(prefix: string, body: string, fail: (what: string) => never): FormatPart[] {
  const plain = prefix.replace(/f/i, "");
  const parts: FormatPart[] = [];
  let text = "";
  for (let at = 0; at < body.length; at++) {
    const mark = body[at]!;
    if (mark === body[at + 1] && (mark === "{" || mark === "}")) text += body[at++]!;
    else if (mark === "}") fail('a "}" stands alone in an f-string');
    else if (mark === "{") {
      const end = expressionEnd(body, at + 1);
      if (end < 0) fail("an f-string's { is not closed");
      parts.push(stringValue(plain, text, fail), expressionPart(body.slice(at + 1, end), fail));
      text = "";
      at = end;
    } else if (mark === "\\" && !/r/i.test(plain)) text += mark + (body[++at] ?? "");
    else text += mark;
  }
  return [...parts, stringValue(plain, text, fail)];
}

/** Where the brace that closes an expression stands, strings and brackets passed over. */
function expressionEnd(body: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < body.length; at++) {
    const mark = body[at]!;
    if (quote) quote = mark === quote ? "" : quote;
    else if (mark === "'" || mark === '"') quote = mark;
    else if ("([{".includes(mark)) depth++;
    else if (mark === "}" && depth === 0) return at;
    else if (")]}".includes(mark)) depth--;
  }
  return -1;
}

function expressionPart(text: string, fail: (what: string) => never): FormatPart {
  if (/![rsa]\s*(:|$)/.test(text) || /[^=!<>]=\s*$/.test(text)) {
    fail(`{${text}} in an f-string is not read`);
  }
  // The colon of a format stands outside of brackets and strings, where it ends the expression.
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if ("([{".includes(text[at]!)) depth++;
    else if (")]}".includes(text[at]!)) depth--;
    else if (text[at] === ":" && depth === 0) {
      return { source: text.slice(0, at), spec: text.slice(at + 1) };
    }
  }
  return { source: text, spec: "" };
}
