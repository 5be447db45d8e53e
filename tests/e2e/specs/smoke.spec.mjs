// The first thing a person sees, end to end: three servers, one timeline.

import { expect, expectAccessible, test } from "../support/test.mjs";

test("the app opens on posts from several servers", async ({ page }) => {
  await page.goto("/");
  const posts = page.getByRole("article");
  await expect(posts.first()).toBeVisible();
  expect(await posts.count()).toBeGreaterThan(3);
  await expectAccessible(page);
});

test("a post published on one server appears exactly once", async ({ page, world }) => {
  await page.goto("/");
  await expect(page.getByRole("article").first()).toBeVisible();
  const words = `Mist over the river ${Date.now()}`;
  await world.publish("beta", words);
  await page.getByRole("button", { name: /new post/i }).click();
  await expect(page.getByRole("article").filter({ hasText: words })).toHaveCount(1);
});
