// Programs that a test starts, with what they say and a sure end.

import { spawn } from "node:child_process";

/** How long a program may take until it says what is waited for (milliseconds). */
const PATIENCE = 30_000;
/** How long it may take to end after it was asked to (milliseconds). */
const GRACE = 3_000;
/** The last lines kept for a message about a failure. */
const LINES_KEPT = 60;

/** Starts `program` and waits until `read` makes something of a line that it prints.
 * Gives that, and `stop()`, which does not return before the program has ended. */
export async function start(program, args, read) {
  // The relay refuses settings in the environment that it does not know, and the tests' own are none.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("WATERSMEET_")));
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], env });
  const said = [];
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), GRACE);
    await ended;
    clearTimeout(timer);
  };
  const complain = (why) => new Error(`${program} ${why}. It said:\n${said.join("\n")}`);
  const found = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(complain("did not say in time where it listens")), PATIENCE);
    child.once("error", reject);
    child.once("exit", (code) => reject(complain(`ended with ${code}`)));
    for (const stream of [child.stdout, child.stderr]) {
      lines(stream, (line) => {
        said.push(line);
        said.splice(0, said.length - LINES_KEPT);
        const value = read(line);
        if (value === undefined) return;
        clearTimeout(timer);
        resolve(value);
      });
    }
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { found, said, stop };
}

/** Calls `take` for each whole line of a stream. */
function lines(stream, take) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(take);
  });
}
