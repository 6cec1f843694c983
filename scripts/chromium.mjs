// A headless Chromium, where there is one: which command it is, and what a page of it answers.
import { execFile, spawnSync } from "node:child_process";
import { createServer } from "node:http";

/** The command, or undefined on a machine without one. */
export function findChromium() {
  return ["chromium", "chromium-browser", "google-chrome"].find(
    (name) => spawnSync(name, ["--version"]).status === 0,
  );
}

/**
 * Opens a page with the module script `script` and resolves to the JSON that it posts to /result. `read(path)` gives the text of
 * the other files that it asks for, or undefined. Rejects after `timeoutMs`.
 */
export function runInBrowser(command, { script, read, timeoutMs = 60_000 }) {
  const page = `<!doctype html><title>nutmix</title><script type="module">${script}</script>`;
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      if (request.url === "/result") {
        const pieces = [];
        request.on("data", (piece) => pieces.push(piece));
        request.on("end", () => {
          response.end();
          finish(() => resolve(JSON.parse(Buffer.concat(pieces).toString("utf8"))));
        });
        return;
      }
      const text = read(request.url.slice(1));
      response.setHeader("content-type", text === undefined ? "text/html" : "text/javascript");
      response.end(text ?? page);
    });
    const timer = setTimeout(
      () => finish(() => reject(new Error(`the browser did not answer within ${timeoutMs / 1000} seconds`))),
      timeoutMs,
    );
    let browser;
    const finish = (settle) => {
      clearTimeout(timer);
      browser.kill();
      server.close();
      server.closeAllConnections();
      settle();
    };
    server.listen(0, "127.0.0.1", () => {
      const address = `http://127.0.0.1:${server.address().port}/`;
      browser = execFile(command, ["--headless=new", "--no-sandbox", "--disable-gpu", address], () => {});
    });
  });
}
