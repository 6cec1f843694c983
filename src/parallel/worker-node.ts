/** Entry of a worker thread in Node. */
import { parentPort } from "node:worker_threads";
import { serveChains } from "./chain-server.ts";

const port = parentPort!;
port.on(
  "message",
  serveChains((reply, transfer) => port.postMessage(reply, transfer)),
);
port.postMessage({ kind: "ready" });
