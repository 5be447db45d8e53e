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

/** Fails on any violation that axe finds on the page as it is now. */
export async function expectAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join("\n  ")}`);
  expect(told, "axe found violations").toEqual([]);
}
