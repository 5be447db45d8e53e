// What a post may have in it, as it is shown.

import { expect, expectAccessible, expectNoOverflow, openPosts, posts, test } from "../support/test.mjs";

/** Publishes on alpha and opens the timeline, on which the post is the first one. */
async function shown(page, world, what, who = "ida@alpha") {
  const { id } = await world.post(who, what);
  await openPosts(page);
  const post = posts(page).filter({ has: page.locator(`.status-header__link[href="/posts/${id}"]`) });
  await expect(post).toHaveCount(1);
  return post;
}

test("what is behind a warning is shown when it is asked for, by button or by x", { tag: "@hand" }, async ({ page, world }) => {
  const post = await shown(page, world, { spoiler_text: "The end of the film", text: "It was the gardener" });
  await expect(post.getByText("The end of the film")).toBeVisible();
  await expect(post.getByText("It was the gardener")).toHaveCount(0);
  await post.getByRole("button", { name: "Show more" }).click();
  await expect(post.getByText("It was the gardener")).toBeVisible();
  await post.getByRole("button", { name: "Show less", expanded: true }).click();
  await expect(post.getByText("It was the gardener")).toHaveCount(0);
  await post.focus();
  await page.keyboard.press("x");
  await expect(post.getByText("It was the gardener")).toBeVisible();
  await expectAccessible(page);
});

test("a sensitive picture is veiled until it is asked for, and can be veiled again", { tag: "@hand" }, async ({ page, world }) => {
  const post = await shown(page, world, { text: "Not for everybody", sensitive: true, media: [{ description: "A scratched knee" }] });
  await expect(post.getByText("Sensitive content")).toBeVisible();
  await expect(post.getByRole("img", { name: "A scratched knee" })).toHaveCount(0);
  await post.getByRole("button", { name: "Show", exact: true }).click();
  await expect(post.getByRole("img", { name: "A scratched knee" })).toBeVisible();
  await expectAccessible(page);
  await post.getByRole("button", { name: "Hide the pictures" }).click();
  await expect(post.getByRole("img", { name: "A scratched knee" })).toHaveCount(0);
});

test("the description of a picture can be read, and the picture keeps its shape while it loads", { tag: "@hand" }, async ({ page, world }) => {
  const post = await shown(page, world, { text: "Wide", media: [{ description: "A long bridge in the fog", width: 800, height: 400 }] });
  const picture = post.locator(".media-item");
  const { width, height } = await picture.boundingBox();
  expect(width / height).toBeCloseTo(2, 1);
  await expect(post.getByText("A long bridge in the fog", { exact: true })).toHaveCount(0);
  await post.getByRole("button", { name: "Show the description of this picture" }).click();
  await expect(post.getByText("A long bridge in the fog", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await post.getByRole("button", { name: "Hide the description" }).click();
  await expect(post.getByText("A long bridge in the fog", { exact: true })).toHaveCount(0);
});

test("several pictures fill the room of the post, each in its own column", { tag: "@hand" }, async ({ page, world }) => {
  for (const count of [2, 3, 4]) {
    const media = Array.from({ length: count }, (_, n) => ({ description: `Picture ${n + 1} of ${count}` }));
    const post = await shown(page, world, { text: `A row of ${count}`, media });
    const room = await post.locator(".status-media").boundingBox();
    const boxes = await Promise.all((await post.locator(".media-item").all()).map((it) => it.boundingBox()));
    expect(boxes).toHaveLength(count);
    const covered = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
    // Lines of a few pixels stand between and around them.
    expect(covered / (room.width * room.height)).toBeGreaterThan(0.95);
    for (const { x, width } of boxes) expect(x + width).toBeLessThanOrEqual(room.x + room.width);
  }
});

test("a poll shows each answer's share as a number and as a bar", { tag: "@hand" }, async ({ page, world }) => {
  const post = await shown(page, world, { text: "Which bank?", poll: { options: ["Left", "Right"], crowd: [3, 1], expires_in: 3600 } });
  const answers = post.getByRole("listitem");
  await expect(answers).toHaveText([/Left\s*75%/, /Right\s*25%/]);
  const shares = await answers.evaluateAll((all) => all.map((it) => it.style.getPropertyValue("--poll-share")));
  expect(shares).toEqual(["75%", "25%"]);
  await expect(post.getByText(/4 people voted · closes/)).toBeVisible();
});

test("a server's own emoji stand in names and words as pictures with their names", async ({ page, world }) => {
  await world.order("account", { who: "stella@alpha", display_name: "Stella :star:" });
  const post = await shown(page, world, "Look up :comet: tonight", "stella@alpha");
  for (const name of [":star:", ":comet:"]) {
    const emoji = post.getByRole("img", { name });
    await expect(emoji).toBeVisible();
    await expect.poll(() => emoji.evaluate((it) => it.naturalWidth)).toBeGreaterThan(0);
  }
  await expect(post).not.toContainText(":comet:");
});

test("quotations, code and lists keep their form", async ({ page, world }) => {
  const html =
    "<blockquote><p>Water finds its way</p></blockquote><p>Run <code>ls -l</code></p>" +
    "<pre><code>fn main() {\n    flow();\n}</code></pre><ol start='3'><li>third</li><li>fourth</li></ol>";
  const post = await shown(page, world, { text: "unused", html });
  await expect(post.locator(".rich-text")).toMatchAriaSnapshot(`
    - blockquote:
      - paragraph: Water finds its way
    - paragraph:
      - text: Run
      - code: ls -l
    - code: "fn main() { flow(); }"
    - list:
      - listitem:
        - paragraph: third
      - listitem:
        - paragraph: fourth
  `);
  expect(await post.locator("pre").innerText()).toContain("\n    flow();\n");
});

test("a quoted post stands inside the one that quotes it and leads to itself", { tag: "@hand" }, async ({ page, world }) => {
  const quoted = await world.post("noor@beta", "The original words", 3);
  const post = await shown(page, world, { text: "Well said", quote: quoted.uri });
  const card = post.locator(".quote-card");
  await expect(card).toContainText("The original words");
  await expect(card).toContainText("noor");
  await expect(card.locator(`a[href="/posts/${quoted.id}"]`)).toHaveCount(1);
});

test("words from the right to the left begin at the right", async ({ page, world }) => {
  const post = await shown(page, world, { text: "صباح الخير من الضفة الأخرى", language: "ar" });
  const words = post.getByText("صباح الخير");
  await expect(words).toHaveCSS("direction", "rtl");
  await expect(post.locator("[lang=ar]").first()).toBeAttached();
  // The post itself stays where it belongs: the face is at the left.
  await expect(post).toHaveCSS("direction", "ltr");
});

test("long names, words and addresses stay inside the window", { tag: "@hand" }, async ({ page, world }) => {
  const long = "Donaudampfschifffahrtsgesellschaftskapitän".repeat(4);
  await world.order("account", { who: `${"a".repeat(30)}@alpha`, display_name: long });
  const link = `https://long.example/${"path".repeat(40)}`;
  const post = await shown(page, world, { text: `${long} ${link}`, spoiler_text: "" }, `${"a".repeat(30)}@alpha`);
  await expect(post.getByRole("link", { name: /long\.example/ })).toBeVisible();
  await expectNoOverflow(page);
  const { x, width } = await post.boundingBox();
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(page.viewportSize().width);
  const inner = await post.evaluate((it) => [it.scrollWidth, it.clientWidth]);
  expect(inner[0]).toBeLessThanOrEqual(inner[1]);
  await post.locator(".status-header__link").click();
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await expectNoOverflow(page);
});
