// A relay, three servers of our own, and a person on each of them who writes.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { start } from "./process.mjs";

/** The world is the same every time. */
const SEED = "7";

/** What must be in the environment; `cargo xtask test e2e` puts it there. */
function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests by \`cargo xtask test e2e\``);
  return value;
}

/** Starts everything on free ports and gives a `World`. */
export async function startWorld() {
  const folder = await mkdtemp(join(tmpdir(), "watersmeet-e2e-"));
  const fakes = await start(
    need("WATERSMEET_FAKE_INSTANCE"),
    ["--servers", "alpha,beta,gamma", "--seed", SEED, "--living", "0", "--no-limits", "--print-json", "--until-stdin-closes"],
    (line) => (line.startsWith("{") ? JSON.parse(line) : undefined),
  );
  try {
    const config = join(folder, "relay.toml");
    await writeFile(config, relayToml(fakes.found.servers));
    const args = ["serve", "--config", config, "--listen", "127.0.0.1:0", "--app-dir", need("WATERSMEET_DIST")];
    const relay = await start(need("WATERSMEET_RELAY"), args, (line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]);
    return new World(folder, fakes, relay);
  } catch (error) {
    await fakes.stop();
    throw error;
  }
}

function relayToml(servers) {
  const sources = servers.map(
    ({ domain, url, token }) =>
      `[[source]]\ndomain = ${JSON.stringify(domain)}\nurl = ${JSON.stringify(url)}\n${token ? `token = ${JSON.stringify(token)}\n` : ""}`,
  );
  return `name = "Test relay"\narchive = ":memory:"\n\n${sources.join("\n")}`;
}

/** Everything that runs for one worker. */
export class World {
  #folder;
  #fakes;
  #relay;

  constructor(folder, fakes, relay) {
    this.#folder = folder;
    this.#fakes = fakes;
    this.#relay = relay;
    /** Where the app is. */
    this.url = relay.found;
    /** `{ domain, url, token }` of each server; alpha, beta, gamma. */
    this.servers = fakes.found.servers;
    /** Where the servers take orders about faults. */
    this.control = fakes.found.control;
  }

  /** The server whose name begins so. */
  server(name) {
    const server = this.servers.find(({ domain }) => domain.startsWith(`${name}.`));
    if (!server) throw new Error(`no server ${name}`);
    return server;
  }

  /** Publishes a post on a server by Mastodon's own API and gives it as that server shows it. */
  async publish(name, text, more = {}) {
    return this.ask(name, "POST", "/api/v1/statuses", { status: text, ...more });
  }

  /** Deletes a post where it was published. */
  async remove(name, id) {
    return this.ask(name, "DELETE", `/api/v1/statuses/${id}`);
  }

  /** Asks a server as the person whose token we hold. */
  async ask(name, method, path, body) {
    const { url, token } = this.server(name);
    return json(`${url}${path}`, method, body, { Authorization: `Bearer ${token}` });
  }

  /** Gives an order to the control API, for instance to cut the streams of a server. */
  async order(path, body = {}) {
    return json(`${this.control}${path}`, "POST", body);
  }

  /** Waits until the relay hears every server. */
  async untilHearing() {
    const begun = Date.now();
    for (;;) {
      const { sources } = await json(`${this.url}/health`, "GET").catch(() => ({}));
      if (sources && sources.hearing === this.servers.length) return;
      if (Date.now() - begun > 20_000) throw new Error(`the relay does not hear all servers: ${JSON.stringify(sources)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What relay and servers said last, for a message about a failure. */
  said() {
    return [...this.#fakes.said, ...this.#relay.said].join("\n");
  }

  async stop() {
    await this.#relay.stop();
    await this.#fakes.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One question to a server of ours. Node does not resolve `*.localhost` everywhere, so the name travels as Host. */
async function json(address, method, body, headers = {}) {
  const { default: http } = await import("node:http");
  const url = new URL(address);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const options = {
    host: "127.0.0.1",
    port: url.port,
    path: url.pathname + url.search,
    method,
    headers: {
      Host: url.host,
      ...headers,
      ...(text === undefined ? {} : { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (answer) => {
      let all = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (all += part));
      answer.on("end", () => {
        if (answer.statusCode >= 400) reject(new Error(`${method} ${address}: ${answer.statusCode} ${all}`));
        else resolve(all === "" ? undefined : JSON.parse(all));
      });
    });
    request.on("error", reject);
    request.end(text);
  });
}
