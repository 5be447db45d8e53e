// A post opens with what it answers and what answers it, and the way back leads to where one was.

import { addressOf, expect, firstInSight, openPosts, postAt, posts, readPast, test, topOf } from "../support/test.mjs";

/** How far a post may be from where it was, in px: positions are kept whole. */
const NEAR = 2;

/** Fails unless this post stands where it stood. */
async function expectAt(page, { address, top }) {
  const post = postAt(page, address);
  await expect(post).toBeVisible();
  await expect.poll(async () => Math.abs((await topOf(post)) - top), { message: `${address} was at ${top}` }).toBeLessThanOrEqual(NEAR);
}

test("a click on a post opens it, and back leads to the same place", { tag: "@hand" }, async ({ page }) => {
  await openPosts(page);
  await page.evaluate(() => scrollBy(0, 700));
  const place = await firstInSight(page);
  await place.post.locator(".status-footer").click({ position: { x: 2, y: 2 } });
  await expect(page).toHaveURL(place.address);
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page).toHaveURL("/");
  await expectAt(page, place);
});

test("back leads to the same place also from deep below, where posts were loaded while scrolling", { tag: "@hand" }, async ({ page }) => {
  await openPosts(page);
  await readPast(page, 90);
  const place = await firstInSight(page);
  await place.post.locator(".status-header__link").click();
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.goBack();
  await expectAt(page, place);
  // And forward and back once more, by the browser's own means.
  await page.goForward();
  await expect(page).toHaveURL(place.address);
  await page.goBack();
  await expectAt(page, place);
});

test("back leads to the same place even when the page of the post was loaded anew", async ({ page }) => {
  await openPosts(page);
  await page.evaluate(() => scrollBy(0, 700));
  const place = await firstInSight(page);
  await place.post.locator(".status-header__link").click();
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.reload();
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.goBack();
  await expectAt(page, place);
});

test("a reload deep below leads to the same place, and what lies between can be loaded", async ({ page }) => {
  await openPosts(page);
  await readPast(page, 90);
  const place = await firstInSight(page);
  // The place is written down half a second after the last movement.
  await expect.poll(() => page.evaluate(() => history.state.anchor?.length ?? 0)).toBeGreaterThan(0);
  await page.waitForTimeout(600);
  await page.reload();
  await expectAt(page, place);
  // Newer posts stand above, with a gap in which the rest is.
  await page.evaluate(() => scrollBy(0, -300));
  const between = page.getByRole("button", { name: "Load the posts between" });
  await expect(between).toHaveCount(1);
  await page.evaluate(() => scrollTo(0, 0));
  await expect(posts(page).first()).toHaveAttribute("aria-posinset", "1");
});

test("back from the page of a post that was loaded anew leads deep below, too", async ({ page }) => {
  await openPosts(page);
  await readPast(page, 90);
  const place = await firstInSight(page);
  await place.post.locator(".status-header__link").click();
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.reload();
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL("/");
  await expectAt(page, place);
});

test("a long thread shows what the post answers above it and the answers below it", { tag: "@hand" }, async ({ page, world }) => {
  const [story] = await world.relay.read("/api/v1/timelines/tag/storytelling?limit=1");
  const { descendants } = await world.relay.read(`/api/v1/statuses/${story.id}/context`);
  expect(descendants.length).toBeGreaterThan(20);
  const middle = descendants[10];
  await openPosts(page, `/posts/${middle.id}`);
  const focus = page.locator("article[aria-current=true]");
  await expect(focus).toBeInViewport();
  expect(await addressOf(focus)).toBe(`/posts/${middle.id}`);
  // The beginning and ten answers stand above, the rest below.
  await expect(focus).toHaveAttribute("aria-posinset", "12");
  // It stands right below the header: one begins to read there, however much is above.
  const header = await page.locator(".page-header").evaluate((it) => it.getBoundingClientRect().bottom);
  await expect.poll(async () => Math.abs((await topOf(focus)) - header)).toBeLessThanOrEqual(NEAR);
  await page.evaluate(() => scrollTo(0, 0));
  await expect(posts(page, "A story in forty parts").first()).toBeVisible();
});

test.describe("a post that is not there", () => {
  // The browser writes every 404 down.
  test.use({ complaintsExpected: ["the server responded with a status of 404"] });

  test("is said to be deleted or never heard", async ({ page }) => {
    await page.goto("/posts/1");
    await expect(page.getByText("This post is not here")).toBeVisible();
    await expect(page.getByText("It was deleted, or the relay never heard it.")).toBeVisible();
  });
});
