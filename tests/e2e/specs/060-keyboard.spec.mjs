// Everything can be done by keys alone.

import { expect, expectAccessible, firstInSight, openPosts, posts, test, topOf } from "../support/test.mjs";

test("the first key leads past the navigation", async ({ page }) => {
  await openPosts(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to the posts" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("j and k go from post to post, Enter opens one, Escape comes back to it", async ({ page }) => {
  await openPosts(page);
  await page.keyboard.press("j");
  await expect(posts(page).nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(posts(page).nth(2)).toBeFocused();
  await page.keyboard.press("k");
  const second = posts(page).nth(1);
  await expect(second).toBeFocused();
  await expect(second).toBeInViewport();
  const { address } = await firstInSight(page);
  const before = await topOf(second);

  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/posts\/\d+$/);
  await expect(page.locator("article[aria-current=true]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL("/");
  await expect(posts(page).nth(1)).toBeFocused();
  expect((await firstInSight(page)).address).toBe(address);
  expect(Math.abs((await topOf(posts(page).nth(1))) - before)).toBeLessThanOrEqual(2);
});

test("Escape never leads out of the app, whatever was open in the tab before", async ({ page, world }) => {
  await page.goto("about:blank");
  await openPosts(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(`${world.url}/`);
  await page.goto("/sources");
  await expect(page.getByRole("heading", { name: "Sources", level: 1 })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(`${world.url}/`);
  await expect(posts(page).first()).toBeVisible();
});

test("the help over the page keeps the focus until it is closed, and then gives it back", async ({ page }) => {
  await openPosts(page);
  const button = page.getByRole("button", { name: "Keyboard shortcuts" });
  await button.focus();
  await page.keyboard.press("Enter");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await expectAccessible(page);
  for (let press = 0; press < 4; press += 1) {
    await page.keyboard.press("Tab");
    // Past its last control the focus may leave for the browser's own bars, but never for the page beneath.
    const inside = await page.evaluate(() => document.activeElement === document.body || Boolean(document.activeElement.closest("dialog")));
    expect(inside).toBe(true);
  }
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();
  await expect(button).toBeFocused();
  await expect(page).toHaveURL("/");
  await page.keyboard.press("?");
  await expect(help).toBeVisible();
  await expect(help.getByText("Next post")).toBeVisible();
  await help.getByRole("button", { name: "Close" }).click();
  await expect(help).toBeHidden();
});

test("g s leads to the sources and g h home", async ({ page }) => {
  await openPosts(page);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page.getByRole("heading", { level: 1, name: "Sources" })).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await expect(page).toHaveURL("/");
  await expect(posts(page).first()).toBeVisible();
});

test("keys mean nothing while one chooses from a list", async ({ page }) => {
  await openPosts(page);
  const colours = page.getByRole("combobox", { name: "Colours" });
  await colours.focus();
  await page.keyboard.press("j");
  await expect(colours).toBeFocused();
});
