// Posts come, change and go while somebody reads, and what is being read stays where it is.

import { expect, expectAccessible, firstInSight, openPosts, posts, test, topOf } from "../support/test.mjs";

/** The button that says how many posts wait. */
const pill = (page) => page.getByRole("button", { name: /^\d+ new posts?$/ });

test("a post published on one server waits behind the pill and is then there exactly once", { tag: "@hand" }, async ({ page, world }) => {
  await openPosts(page);
  await page.evaluate(() => scrollBy(0, 500));
  const reading = await firstInSight(page);
  const { uri } = await world.say("kiri@beta", "Mist over the river, and a kingfisher in it");
  await expect(pill(page)).toHaveText("1 new post");
  // The other servers carry it too, a moment later.
  const { id } = await world.known(uri, 3);
  await expect(pill(page)).toHaveText("1 new post");
  expect(await topOf(reading.post)).toBe(reading.top);
  await expect(posts(page, "a kingfisher in it")).toHaveCount(0);

  await pill(page).click();
  await expect(pill(page)).toHaveCount(0);
  const post = posts(page, "a kingfisher in it");
  await expect(post).toHaveCount(1);
  await expect(post).toBeInViewport();
  await expect(post).toHaveAttribute("aria-posinset", "1");
  await expect(post.locator(`a[href="/posts/${id}"]`)).toBeVisible();
  await expect(post.getByTitle(/beta\.localhost:\d+/)).toContainText("Seen on");
});

test("posts of several servers wait together, and the key . shows them", async ({ page, world }) => {
  await openPosts(page);
  for (const [who, words] of [
    ["kiri@alpha", "First of three lanterns"],
    ["toma@beta", "Second of three lanterns"],
    ["wren@gamma", "Third of three lanterns"],
  ]) {
    await world.say(who, words);
  }
  await expect(pill(page)).toHaveText("3 new posts");
  await page.keyboard.press(".");
  await expect(posts(page, /of three lanterns/)).toHaveCount(3);
  await expect(pill(page)).toHaveCount(0);
});

test("an edited post changes where it stands and says that it was edited", async ({ page, world }) => {
  const { uri, id } = await world.post("kiri@beta", "The ferry leaves at eigth", 3);
  await openPosts(page);
  const post = posts(page).filter({ has: page.locator(`a[href="/posts/${id}"]`) });
  await expect(post).toContainText("at eigth");
  const top = await topOf(post);
  await world.order("edit", { uri, text: "The ferry leaves at eight" });
  await expect(post).toContainText("at eight");
  await expect(post.getByText(/^Edited /)).toHaveCount(1);
  expect(await topOf(post)).toBe(top);
  await expect(post).toHaveCount(1);
});

test("a deleted post goes, and what is being read below it stays where it is", { tag: "@hand" }, async ({ page, world }) => {
  const { uri } = await world.post("kiri@beta", "I should not have said this", 3);
  await openPosts(page);
  await expect(posts(page, "I should not have said this")).toHaveCount(1);
  await page.evaluate(() => scrollBy(0, 600));
  const reading = await firstInSight(page);
  await world.order("delete", { uri });
  await expect(posts(page, "I should not have said this")).toHaveCount(0);
  expect(Math.abs((await topOf(reading.post)) - reading.top)).toBeLessThanOrEqual(1);
  await page.reload();
  await expect(posts(page).first()).toBeVisible();
  await expect(posts(page, "I should not have said this")).toHaveCount(0);
});

test("a post that is deleted while it waits behind the pill is never shown", async ({ page, world }) => {
  await openPosts(page);
  const { uri } = await world.say("kiri@beta", "Said in haste");
  await expect(pill(page)).toHaveText("1 new post");
  await world.known(uri, 3);
  await world.order("delete", { uri });
  await expect(pill(page)).toHaveCount(0);
});

test("while a picture is looked at large the posts beneath keep still, and new ones wait", async ({ page, world }) => {
  await world.post("kiri@beta", { text: "A picture to look at", media: [{ description: "Boats at a pier" }] });
  await openPosts(page);
  await posts(page, "A picture to look at").getByRole("button", { name: "Boats at a pier" }).click();
  const large = page.getByRole("dialog", { name: "Picture" });
  await expect(large.getByRole("img", { name: "Boats at a pier" })).toBeVisible();
  await expectAccessible(page);
  await world.say("toma@alpha", "Meanwhile elsewhere");
  await expect(pill(page)).toHaveText("1 new post");
  await page.keyboard.press("Escape");
  await expect(large).toBeHidden();
  await expect(page).toHaveURL("/");
});
