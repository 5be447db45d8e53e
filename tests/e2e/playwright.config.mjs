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
  // This machine under a name that no browser takes for its own: pages from there are not secure.
  "--host-resolver-rules=MAP plain.test 127.0.0.1",
];

/** Sizes and schemes. The long form runs every test in every look; the short one runs all of them on a bright desk, those
 * marked `@hand` also in a dark hand, and those marked `@look` in all four. */
const looks = [
  { name: "desk-light", viewport: { width: 1280, height: 800 }, colorScheme: "light" },
  { name: "hand-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true, short: /@hand|@look/ },
  { name: "desk-dark", viewport: { width: 1280, height: 800 }, colorScheme: "dark", short: /@look/ },
  { name: "hand-light", viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, isMobile: true, short: /@look/ },
];

export default defineConfig({
  testDir: "specs",
  outputDir: "results",
  snapshotPathTemplate: "{testDir}/__snapshots__/{testFileName}/{projectName}/{arg}{ext}",
  fullyParallel: false,
  workers: 1,
  // A shared machine may stall for longer than a test waits; what passes only at another try is listed as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    // The tests of the worker allow it; everywhere else each page comes from the relay.
    serviceWorkers: "block",
    timezoneId: "UTC",
    // Tracing makes every step slower; the page as it was read and a picture of it are kept for each failure anyway.
    trace: process.env.WATERSMEET_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env.WATERSMEET_CHROMIUM || undefined, args },
  },
  projects: looks.map(({ name, short, ...use }) => ({ name, use, grep: full || !short ? /./ : short })),
});
