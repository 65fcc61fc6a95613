import { assertEquals, assertStringIncludes } from "@std/assert";
import { Html, html } from "../../../model/report/html.ts";
import { htmlPage, htmlSection, htmlTable } from "../../../model/report/page.ts";

Deno.test("a template escapes every value but markup of its own kind", () => {
  const evil = `</p><img src=x onerror="alert(1)">&'\``;
  const safe = "&#60;/p&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#38;&#39;&#96;";
  assertEquals(html`<p title="${evil}">${evil}</p>`.toString(), `<p title="${safe}">${safe}</p>`);
  assertEquals(
    html`${[evil, html`<b>${2}</b>`, null, undefined, ""]}`.toString(),
    `${safe}\n<b>2</b>`,
  );
  assertEquals(html`${new Html("<br>")}`.toString(), "<br>");
  // What only looks like markup of our kind is a text as any other.
  const alike = { toString: () => evil } as unknown as string;
  assertEquals(html`<i>${[alike].map(String)}</i>`.toString(), `<i>${safe}</i>`);
});

Deno.test("a page forbids scripts and other machines, whatever stands in it", () => {
  const page = htmlPage("</title><script>", [
    htmlSection("<h>", htmlTable(["<th>"], [["</td>", 3]])),
  ]);
  assertStringIncludes(page, "Content-Security-Policy");
  assertStringIncludes(page, "default-src &#39;none&#39;; img-src data:");
  assertEquals(/<script|<\/title><|<h>|<th><th>/.test(page), false);
  assertEquals(page.startsWith("<!doctype html>"), true);
  assertEquals(htmlSection("empty", null, []), null);
});
