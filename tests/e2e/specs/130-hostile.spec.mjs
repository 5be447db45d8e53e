// Nothing that a stranger writes runs, loads or takes over anything.

import { expect, openPosts, posts, test } from "../support/test.mjs";

/** Marks everything that must not happen. */
const MARK = "hostile-mark";

/** Tags that are never closed swallow what follows, so this one comes last. */
const SWALLOWING = `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=/${MARK}.png onerror=alert(1)>">`;

/** Ways to run a script or to load something, each trying to set a mark or to fetch one. */
const ATTACKS = [
  `<script>window["${MARK}"]=1</script>`,
  `<img src="/${MARK}.png" onerror="window['${MARK}']=1">`,
  `<svg onload="window['${MARK}']=1"><use href="/${MARK}.svg#x"/></svg>`,
  `<iframe src="/${MARK}.html" srcdoc="<script>parent['${MARK}']=1</script>"></iframe>`,
  `<a href="javascript:window['${MARK}']=1">a link that runs</a>`,
  `<a href=" java\tscript:alert(1)">a link in disguise</a>`,
  `<a href="data:text/html,<script>alert(1)</script>">a link to data</a>`,
  `<style>body{background:url(/${MARK}.css.png)}</style>`,
  `<form action="/${MARK}"><input name="password"><button>Sign in</button></form>`,
  `<object data="/${MARK}.swf"></object><embed src="/${MARK}.swf"><base href="http://${MARK}.invalid/">`,
  `<meta http-equiv="refresh" content="0;url=/${MARK}"><link rel="stylesheet" href="/${MARK}.css">`,
  `<p class="connection-banner shell__nav" style="position:fixed;inset:0" id="main" onclick="alert(1)">in the way</p>`,
];

// The browser reports what its parser refuses to run in a document that is never shown.
test.use({ complaintsExpected: ["violates the following Content Security Policy directive"] });

test("a post full of tricks does nothing but show its words", { tag: "@hand" }, async ({ page, world }) => {
  const happened = [];
  page.on("dialog", (dialog) => {
    happened.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on("request", (request) => request.url().includes(MARK) && happened.push(`request: ${request.url()}`));
  page.on("framenavigated", (frame) => frame !== page.mainFrame() && happened.push(`frame: ${frame.url()}`));

  await world.order("account", { who: "mallory@gamma", display_name: `<img src=/${MARK}.png onerror=alert(1)> Mallory` });
  const text = "A harmless beginning";
  const { id, uri } = await world.post("mallory@gamma", { text, html: `<p>${text}</p>${ATTACKS.join("")}<p>A harmless end</p>${SWALLOWING}` });
  const other = await world.post("mallory@gamma", { text: "behind it", spoiler_text: `<b onclick=alert(1)>Boo</b><script>alert(1)</script>` });
  await openPosts(page);

  const post = posts(page).filter({ has: page.locator(`.status-header__link[href="/posts/${id}"]`) });
  await expect(post.getByText(text)).toBeVisible();
  await expect(post.getByText("A harmless end")).toBeAttached();
  // A name and a warning are words and nothing else.
  await expect(post).toContainText("onerror=alert(1)> Mallory");
  await expect(posts(page, "<b onclick=alert(1)>Boo</b>")).toHaveCount(1);

  for (const name of ["script", "iframe", "style", "form", "input", "object", "embed", "base", "meta", "link", "math", "use[href*=hostile]"]) {
    await expect(post.locator(name), name).toHaveCount(0);
  }
  const traces = await post.evaluate((it) =>
    [...it.querySelectorAll("*")].flatMap((element) =>
      [...element.attributes]
        .filter(({ name, value }) => /^on|^srcdoc$/.test(name) || /^\s*(java\s*script|data|vbscript):/i.test(value) || (name === "style" && /position/.test(value)))
        .map(({ name, value }) => `${element.tagName} ${name}=${value}`),
    ),
  );
  expect(traces).toEqual([]);
  const words = post.getByText("in the way");
  await expect(words).not.toHaveCSS("position", "fixed");
  for (const link of await post.locator(".rich-text a").all()) {
    expect(await link.getAttribute("rel")).toContain("noopener");
    expect(await link.getAttribute("href")).toMatch(/^https?:/);
  }
  // Clicking on what was a trick opens the post at most.
  await post.getByText("a link that runs").click();
  await expect(page).toHaveURL(new RegExp(`^${world.url}/(posts/${id})?$`));
  expect(await page.evaluate((mark) => window[mark], MARK)).toBeUndefined();
  expect(happened).toEqual([]);
  // The complaints that are expected here are not expected of the tests that follow.
  for (const gone of [uri, other.uri]) await world.order("delete", { uri: gone });
});
