// What every browser test begins with: `test` with a world and a page that must stay quiet, and `expectAccessible`.

import AxeBuilder from "@axe-core/playwright";
import { expect, test as base } from "@playwright/test";

import { startWorld } from "./world.mjs";

export { expect };

/** `world`: relay and servers, one set for a worker. `page`: at the relay's address, failing a test whose page complained. */
export const test = base.extend({
  world: [
    async ({}, use) => {
      const world = await startWorld();
      await world.untilHearing();
      await use(world);
      await world.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ world }, use) => use(world.url),
  /** Texts of complaints that a test brings about on purpose. */
  complaintsExpected: [[], { option: true }],
  page: async ({ page, complaintsExpected }, use) => {
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" || /Content Security Policy|integrity/i.test(message.text())) {
        complaints.push(`console: ${message.text()}`);
      }
    });
    await use(page);
    const surprising = complaints.filter((text) => !complaintsExpected.some((known) => text.includes(known)));
    expect(surprising, "the page complained").toEqual([]);
  },
});

/** The posts on the page, or those of them with these words. */
export function posts(page, words) {
  const all = page.getByRole("article");
  return words === undefined ? all : all.filter({ hasText: words });
}

/** Opens the timeline, or another page with posts, and waits for the first of them. */
export async function openPosts(page, path = "/") {
  await page.goto(path);
  await expect(posts(page).first()).toBeVisible();
}

/** The address of a post within the app. */
export async function addressOf(post) {
  return post.locator(".status-header__link").first().getAttribute("href");
}

/** The post at this address. */
export function postAt(page, address) {
  return posts(page).filter({ has: page.locator(`.status-header__link[href="${address}"]`) });
}

/** How far below the window's upper edge something stands, in px. */
export async function topOf(locator) {
  return locator.evaluate((element) => element.getBoundingClientRect().top);
}

/** The first post whose beginning is in sight: `{ post, address, top }`. */
export async function firstInSight(page) {
  const address = await posts(page).evaluateAll((all) => {
    const header = document.querySelector(".page-header").getBoundingClientRect().bottom;
    const seen = all.find((post) => post.getBoundingClientRect().top >= header);
    return seen.querySelector(".status-header__link").getAttribute("href");
  });
  const post = postAt(page, address);
  return { post, address, top: await topOf(post) };
}

/** Reads down until so many posts have gone by, two windows at a time: the list draws one ahead and keeps one behind.
 * What is older is loaded meanwhile. */
export async function readPast(page, count) {
  const reached = () => posts(page).last().getAttribute("aria-posinset").then(Number);
  await expect
    .poll(async () => {
      await page.evaluate(() => scrollBy(0, 2 * innerHeight - 100));
      return reached();
    }, { intervals: [50], timeout: 30_000 })
    .toBeGreaterThan(count);
}

/** Fails when the page is wider than its window. */
export async function expectNoOverflow(page) {
  const wider = await page.evaluate(() => {
    const { scrollWidth } = document.scrollingElement;
    if (scrollWidth <= innerWidth) return [];
    const beyond = [...document.querySelectorAll("body *")].filter((it) => it.getBoundingClientRect().right > innerWidth + 1);
    return beyond.slice(0, 5).map((it) => it.outerHTML.slice(0, 120));
  });
  expect(wider, "the page is wider than its window").toEqual([]);
}

/** Fails on any violation that axe finds on the page as it is now. */
export async function expectAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join("\n  ")}`);
  expect(told, "axe found violations").toEqual([]);
}
