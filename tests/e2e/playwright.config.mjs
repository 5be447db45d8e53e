// How the browser tests run: one Chromium, one relay and three servers of our own for each worker.

import { defineConfig, devices } from "@playwright/test";

const full = Boolean(process.env.WATERSMEET_FULL);

/** What Chromium is started with: nothing that calls home, and no sandbox where tests run as root. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Sizes and schemes; the long form tries all pairs, the short one the two that differ most. */
const looks = [
  { name: "desk-light", viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  { name: "hand-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true },
  { name: "desk-dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark", full: true },
  { name: "hand-light", viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, isMobile: true, full: true },
];

export default defineConfig({
  testDir: "specs",
  outputDir: "results",
  snapshotPathTemplate: "{testDir}/__snapshots__/{testFileName}/{projectName}/{arg}{ext}",
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env.WATERSMEET_CHROMIUM || undefined, args },
  },
  projects: looks
    .filter((look) => full || !look.full)
    .map(({ name, full: _, ...use }) => ({ name, use })),
});
